import { expect, test } from 'bun:test'
import type { ModelRow } from '../tables.ts'
import { FALLBACKS_MAX, readFallbacks } from './read-fallbacks.ts'

const row = (name: string, fallbacks: string[] = [], kind: ModelRow['kind'] = 'chat'): ModelRow =>
  // safe: the function reads these three only
  ({ name, fallbacks, kind }) as ModelRow

const namesOf = async (first: ModelRow, others: ModelRow[]) =>
  (await readFallbacks(first, async (name) => others.find((other) => other.name === name))).map(({ name }) => name)

test('those that a model names come first, then those that they name, each once', async () => {
  const others = [row('b', ['d', 'a']), row('c', ['b', 'e']), row('d'), row('e')]
  expect(await namesOf(row('a', ['b', 'c']), others)).toEqual(['b', 'c', 'd', 'e'])
})

test('rows that name each other in a circle end the chain', async () => {
  expect(await namesOf(row('a', ['b']), [row('b', ['a', 'b'])])).toEqual(['b'])
})

test('unknown models and those of another kind are left out', async () => {
  expect(await namesOf(row('a', ['gone', 'vectors', 'b']), [row('vectors', [], 'embedding'), row('b')])).toEqual(['b'])
})

test('a chain has an end', async () => {
  const others = Array.from({ length: 30 }, (_, index) => row(`m${index}`, [`m${index + 1}`]))
  expect(await namesOf(row('a', ['m0']), others)).toHaveLength(FALLBACKS_MAX)
})
