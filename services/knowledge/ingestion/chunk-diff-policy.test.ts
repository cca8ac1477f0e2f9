import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { type NewChunk, textHashOf } from '../chunks/commit-chunks.ts'
import type { ChunkRow } from '../tables.ts'
import { diffChunks, type MadeChunk } from './chunk-diff-policy.ts'

const make = (...contents: string[]): MadeChunk[] =>
  contents.map((content, position) => {
    const chunk: NewChunk = {
      ...{ key: String(position), position, title: '', content, context: null },
      ...{ page: position + 1, pageEnd: position + 1, references: {} },
    }
    return { ...chunk, textHash: textHashOf(chunk) }
  })

let ids = 100
const rowOf = ({ textHash, ...chunk }: MadeChunk, more: Partial<ChunkRow> = {}): ChunkRow => ({
  ...{ enabled: true, origin: 'document' as const, ...chunk, textHash, sourceHash: null },
  ...{ id: ids++, seq: 1, baseId: 'b', documentId: 'd' },
  ...more,
})
const rowsOf = (...contents: string[]) => make(...contents).map((chunk) => rowOf(chunk))

/** What a diff makes of the rows. */
const apply = (before: readonly ChunkRow[], made: readonly MadeChunk[]) => {
  const { add, update, remove } = diffChunks(before, made)
  const kept = before
    .filter(({ key }) => !remove.includes(key))
    .map((row) => ({ ...row, ...update.find(({ id }) => id === row.id) }))
  const added = add.map((chunk) => rowOf({ ...chunk, textHash: textHashOf(chunk) }))
  return [...kept, ...added].sort((a, b) => a.position - b.position)
}
const contentsOf = (rows: readonly ChunkRow[]) => rows.map(({ content }) => content)

test('a document that did not change costs nothing', () => {
  const before = rowsOf('a', 'b', 'c')
  expect(diffChunks(before, make('a', 'b', 'c'))).toEqual({ add: [], update: [], remove: [], kept: 3 })
})

test('only what changed is added and removed; what stays keeps its id and follows to its new place', () => {
  const before = rowsOf('a', 'b', 'c')
  const diff = diffChunks(before, make('a', 'x', 'y', 'c'))
  expect(diff.add.map(({ content }) => content)).toEqual(['x', 'y'])
  expect(diff.remove).toEqual(['1'])
  expect(diff.update).toMatchObject([{ id: before[2]?.id, position: 3, page: 4, pageEnd: 4 }])
  expect(new Set(apply(before, make('a', 'x', 'y', 'c')).map(({ key }) => key)).size).toBe(4)
})

test('a text that stands there twice is kept as often as it is there', () => {
  const before = rowsOf('a', 'a', 'b')
  expect(diffChunks(before, make('a', 'b', 'a', 'a'))).toMatchObject({ add: [{ content: 'a' }], remove: [], kept: 3 })
})

test('a disabled chunk stays disabled while its text is the same', () => {
  const [first, second] = make('a', 'b')
  if (!first || !second) throw new Error('none were made')
  const before = [rowOf(first), rowOf(second, { enabled: false })]
  expect(apply(before, make('new', 'a', 'b')).map(({ content, enabled }) => [content, enabled])).toEqual([
    ['new', true],
    ['a', true],
    ['b', false],
  ])
})

test('what people added stays behind what it stood behind, in its order', () => {
  const before = [
    ...rowsOf('a', 'b'),
    rowOf({ ...(make('note 1')[0] as MadeChunk), key: 'p1', position: 0.25 }, { origin: 'added' }),
    rowOf({ ...(make('note 2')[0] as MadeChunk), key: 'p2', position: 0.75 }, { origin: 'added' }),
    rowOf({ ...(make('first')[0] as MadeChunk), key: 'p3', position: -1 }, { origin: 'added' }),
  ]
  expect(contentsOf(apply(before, make('new', 'a', 'c')))).toEqual(['first', 'new', 'a', 'note 1', 'note 2', 'c'])
})

test('an edited chunk stays in place of the one that it was made of, and that one does not come back', () => {
  const [a, b, c] = make('a', 'b', 'c')
  if (!a || !b || !c) throw new Error('none were made')
  const edited = rowOf(
    { ...b, content: 'b, corrected', textHash: textHashOf({ title: '', content: 'b, corrected' }) },
    { origin: 'edited', sourceHash: b.textHash },
  )
  const before = [rowOf(a), edited, rowOf(c)]
  expect(diffChunks(before, make('a', 'b', 'c'))).toEqual({ add: [], update: [], remove: [], kept: 3 })
  expect(contentsOf(apply(before, make('new', 'a', 'b', 'c')))).toEqual(['new', 'a', 'b, corrected', 'c'])
  // The document took the correction over.
  expect(contentsOf(apply(before, make('a', 'b, corrected', 'c')))).toEqual(['a', 'b, corrected', 'c'])
  // What it was made of is gone: what a person wrote is not lost with it.
  expect(contentsOf(apply(before, make('a', 'z', 'c'))).sort()).toEqual(['a', 'b, corrected', 'c', 'z'])
})

test('whatever changed, the document reads as it was made, with unique keys and ids of what was there', () => {
  const random = seededRandom(3)
  let rows: ChunkRow[] = []
  for (let round = 0; round < 200; round++) {
    const contents = Array.from({ length: Math.floor(random() * 12) }, () => `text ${Math.floor(random() * 8)}`)
    const before = new Map(rows.map((row) => [row.id, row]))
    const next = apply(rows, make(...contents))
    expect(contentsOf(next)).toEqual(contents)
    expect(next.map(({ page }) => page)).toEqual(contents.map((_, at) => at + 1))
    expect(new Set(next.map(({ key }) => key)).size).toBe(next.length)
    for (const row of next) expect(before.get(row.id)?.content ?? row.content).toBe(row.content)
    rows = next
  }
})
