import { expect, test } from 'bun:test'
import { markSilence, SILENCE } from './mark-silence.ts'

const SILENCE_MS = 5

test('a source that pauses too long is reported, loses nothing and repeats nothing', async () => {
  let goOn = () => {}
  const paused = new Promise<void>((resolve) => (goOn = resolve))
  const source = async function* () {
    yield 1
    await paused
    yield 2
  }
  const seen: unknown[] = []
  for await (const item of markSilence(source(), SILENCE_MS)) {
    seen.push(item)
    if (seen.length === 3) goOn()
  }
  expect(seen.slice(0, 3)).toEqual([1, SILENCE, SILENCE])
  expect(seen.filter((item) => item !== SILENCE)).toEqual([1, 2])
})

test('an error of the source reaches the reader', async () => {
  const source = async function* () {
    yield 1
    throw new Error('broken')
  }
  const read = async () => {
    for await (const _ of markSilence(source(), 1_000));
  }
  expect(read()).rejects.toThrow('broken')
})

test('a reader that stops in the middle of a silence does not wait for the source', async () => {
  const source = async function* () {
    yield 1
    await new Promise(() => {})
  }
  for await (const item of markSilence(source(), SILENCE_MS)) if (item === SILENCE) break
})
