import { describe, expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { buildSegment, type SegmentChunk } from './build-segment.ts'
import { searchVectors, type VectorSearch } from './search-vectors.ts'
import { openSegment, type Segment } from './segment.ts'
import { createVectorMemory } from './vector-memory.ts'

const DIMENSIONS = 50
const CHUNKS = 3_000
const LIMIT = 10
/** Rounding to two bytes moves a cosine by less. */
const ROUNDING = 0.0002
const random = seededRandom(5)

const drawVector = (dimensions = DIMENSIONS): Float32Array => {
  const vector = Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5)
  const length = Math.hypot(...vector)
  return vector.map((number) => number / length)
}
const chunks: (SegmentChunk & { vector: Float32Array })[] = Array.from({ length: CHUNKS }, (_, number) => ({
  id: number + 1,
  documentNumber: Math.floor(number / 40),
  text: '',
  vector: drawVector(),
}))
const questions = Array.from({ length: 25 }, () => drawVector())

const inSegments = async (size: number, of: readonly SegmentChunk[] = chunks): Promise<Segment[]> => {
  const segments = []
  for (let start = 0; start < of.length; start += size) {
    const built = await buildSegment(of.slice(start, start + size), { chunks: 0, lengths: [0, 0, 0] })
    segments.push(openSegment(built.bytes))
  }
  return segments
}
const roomy = createVectorMemory()
const search = (
  segments: readonly Segment[],
  query: Partial<VectorSearch> & { vector: Float32Array },
  memory = roomy,
) => searchVectors(memory, segments, { limit: LIMIT, isDead: () => false, ...query })

/** Cosines of the chunks that pass, by chunk id. */
const cosines = (question: Float32Array, passes: (chunk: SegmentChunk) => boolean = () => true) =>
  new Map(
    chunks
      .filter(passes)
      .map(({ id, vector }) => [id, vector.reduce((sum, number, at) => sum + number * (question[at] ?? 0), 0)]),
  )

/** Each hit has about the cosine that it says, and that of the rank it stands on. */
const expectNearest = (hits: readonly { chunkId: number; score: number }[], all: ReadonlyMap<number, number>) => {
  const best = [...all.values()].filter((cosine) => cosine > ROUNDING).sort((a, b) => b - a)
  expect(hits.length).toBe(Math.min(LIMIT, best.length))
  expect(new Set(hits.map(({ chunkId }) => chunkId)).size).toBe(hits.length)
  for (const [rank, { chunkId, score }] of hits.entries()) {
    expect(Math.abs(score - (all.get(chunkId) ?? 0))).toBeLessThan(ROUNDING)
    expect(Math.abs(score - (best[rank] ?? 0))).toBeLessThan(ROUNDING)
  }
}

describe('against cosines computed the plain way, from whole vectors', () => {
  test('the nearest chunks are found with their cosines, in one file or in many', async () => {
    for (const segments of [await inSegments(CHUNKS), await inSegments(37)]) {
      for (const vector of questions) expectNearest(await search(segments, { vector }), cosines(vector))
    }
  })

  test('filters leave exactly the nearest of those that pass them', async () => {
    const segments = await inSegments(700)
    const documentNumbers = new Set([3, 17, 18, 60])
    const isDead = (id: number) => id % 3 === 0
    for (const vector of questions) {
      const passing = cosines(vector, ({ id, documentNumber }) => documentNumbers.has(documentNumber) && !isDead(id))
      expectNearest(await search(segments, { vector, documentNumbers, isDead }), passing)
    }
  })

  test('vectors that find no room in memory are searched all the same', async () => {
    const segments = await inSegments(1_000)
    const expected = await Promise.all(questions.map((vector) => search(segments, { vector })))
    for (const blocks of [2, 3, 4, 5, 7]) {
      const memory = createVectorMemory(blocks * 65_536)
      for (const [at, vector] of questions.entries()) {
        expect(await search(segments, { vector }, memory)).toEqual(expected[at]!)
        // The others' turn, so that they push one another out.
        const [some] = await search(segments.slice(at % 3), { vector }, memory)
        expect(some).toEqual((await search(segments.slice(at % 3), { vector }))[0]!)
      }
      expect(memory.bytes).toBeLessThanOrEqual(Math.max(blocks, 3) * 65_536) // the least that it works with
    }
  })

  test('what was forgotten while nobody asked is there again', async () => {
    const segments = await inSegments(1_000)
    const memory = createVectorMemory()
    const [vector] = questions as [Float32Array]
    const before = await search(segments, { vector }, memory)
    memory.forget()
    expect(memory.bytes).toBe(0)
    expect(await search(segments, { vector }, memory)).toEqual(before)
  })

  test.each<[string, (segment: Segment) => Segment]>([
    [
      'has a scale that is wrong',
      (segment: Segment) => ({ ...segment, scales: segment.scales.toReversed().map((scale) => scale * 1.1) }),
    ],
    ['swaps vectors', (segment: Segment) => ({ ...segment, vectors: segment.vectors.toReversed() })],
    ['is about other chunks', (segment: Segment) => ({ ...segment, chunkIds: segment.chunkIds.toReversed() })],
  ])('the oracle notices a file that %s', async (_what, mutate) => {
    const segments = (await inSegments(CHUNKS)).map((segment) => mutate(segment))
    const [vector] = questions as [Float32Array]
    const hits = await search(segments, { vector })
    expect(() => expectNearest(hits, cosines(vector))).toThrow()
  })
})

test('chunks without a vector, and files of another length, are never found', async () => {
  const some = chunks.slice(0, 20).map((chunk) => (chunk.id % 2 === 0 ? chunk : { ...chunk, vector: undefined }))
  const others = chunks.slice(20, 30).map((chunk) => ({ ...chunk, vector: drawVector(DIMENSIONS + 1) }))
  const none = chunks.slice(30, 40).map((chunk) => ({ ...chunk, vector: undefined }))
  const segments = [some, others, none].flat()
  const opened = [...(await inSegments(20, segments.slice(0, 20))), ...(await inSegments(10, segments.slice(20)))]
  const found = new Set<number>()
  for (const vector of [...questions, ...questions.map((question) => question.map((number) => -number))]) {
    for (const { chunkId } of await search(opened, { vector, limit: 100 })) found.add(chunkId)
  }
  expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, number) => 2 * number + 2))
})

test('vectors of two lengths do not share a file', async () => {
  const mixed = [chunks[0]!, { ...chunks[1]!, vector: drawVector(DIMENSIONS + 1) }]
  await expect(inSegments(2, mixed)).rejects.toThrow(RangeError)
})

test('a search that is called off ends between two files', async () => {
  const segments = await inSegments(CHUNKS)
  const ending = new AbortController()
  const many = Array.from({ length: 2_000 }, () => segments[0]!)
  const searched = search(many, { vector: questions[0]!, signal: ending.signal })
  ending.abort(new Error('nobody waits any more'))
  await expect(searched).rejects.toThrow('nobody waits')
})
