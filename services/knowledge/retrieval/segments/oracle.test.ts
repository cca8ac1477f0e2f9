import { describe, expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { buildSegment } from './build-segment.ts'
import { searchSegments } from './search-segments.ts'
import { openSegment, SegmentUnreadableError } from './segment.ts'
import { textFeatures } from './text-features.ts'

const WORDS =
  'comet orbit planet tail dust star 彗星 行星 轨道 observe observing observed light-year moons galaxy the of'.split(
    ' ',
  )
const random = seededRandom(7)
const pick = () => WORDS[Math.floor(random() ** 2 * WORDS.length)]!
const texts = Array.from({ length: 400 }, () => Array.from({ length: 3 + Math.floor(random() * 40) }, pick).join(' '))
const chunks = texts.map((text, index) => ({ id: index + 1, documentNumber: index % 7, text }))
const queries = Array.from({ length: 60 }, () => Array.from({ length: 1 + Math.floor(random() * 5) }, pick).join(' '))
const features = texts.map((text) => textFeatures(text))
const nothing = { chunks: 0, lengths: [0, 0, 0] }

describe('against BM25 computed the plain way, from whole texts', () => {
  test('one segment ranks the same chunks with the same scores', async () => {
    const segment = openSegment((await buildSegment(chunks, nothing)).bytes)
    for (const text of queries) {
      const expected = oracle(text)
      const hits = searchSegments([segment], { text, limit: 10, isDead: () => false })
      expectSameRanking(hits, expected)
    }
  })

  test('chunks spread over many segments are found all the same', async () => {
    const segments = await inSegments(23)
    for (const text of queries) {
      const expected = oracle(text)
      const hits = searchSegments(segments, { text, limit: chunks.length, isDead: () => false })
      expect(hits.map((hit) => hit.chunkId).sort(byNumber)).toEqual([...expected.keys()].sort(byNumber))
      expectSameRanking(hits.slice(0, 10), expected)
    }
  })

  test('filters leave exactly the chunks that pass them, the best first', async () => {
    const segments = await inSegments(90)
    const isDead = (id: number) => id % 3 === 0
    const wanted = new Set([2, 5])
    for (const text of queries) {
      const passing = new Map([...oracle(text)].filter(([id]) => !isDead(id) && wanted.has((id - 1) % 7)))
      const hits = searchSegments(segments, { text, limit: 5, documentNumbers: wanted, isDead })
      expect(hits).toHaveLength(Math.min(5, passing.size))
      expectSameRanking(hits, passing)
    }
  })

  test('the oracle tells a broken ranking from a right one', async () => {
    const broken = chunks.map((chunk) => ({ ...chunk, text: chunk.text.split(' ').slice(1).join(' ') }))
    const segment = openSegment((await buildSegment(broken, nothing)).bytes)
    const wrong = queries.filter((text) => {
      const hits = searchSegments([segment], { text, limit: chunks.length, isDead: () => false })
      return hits.length !== oracle(text).size
    })
    expect(wrong.length).toBeGreaterThan(queries.length / 4)
  })
})

test('scores lie between 0 and 1, and a chunk that holds more of the query has a higher one', async () => {
  const segment = openSegment((await buildSegment(chunks, nothing)).bytes)
  for (const text of queries) {
    const scores = searchSegments([segment], { text, limit: 400, isDead: () => false }).map((hit) => hit.score)
    expect(scores.every((score) => score > 0 && score < 1)).toBe(true)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  }
})

test('a query of nothing but stop words or signs finds nothing', async () => {
  const segment = openSegment((await buildSegment(chunks, nothing)).bytes)
  for (const text of ['', 'the of and', '?!', '  ']) {
    expect(searchSegments([segment], { text, limit: 5, isDead: () => false })).toEqual([])
  }
})

test('a file that is cut short, of another version or no segment is refused', async () => {
  const { bytes } = await buildSegment(chunks.slice(0, 3), nothing)
  const otherVersion = bytes.slice()
  new Float64Array(otherVersion.buffer, 0, 2)[1] = 99
  for (const broken of [bytes.slice(0, -1), bytes.slice(0, 10), otherVersion, new Uint8Array(64)]) {
    expect(() => openSegment(broken)).toThrow(SegmentUnreadableError)
  }
})

/**
 * Scores of every chunk that shares a feature with the query: textbook BM25 (k1 1.2, b 0.75), summed over fields with their weights; a gram's
 * weight is divided by the fourth root of how many its word has.
 */
function oracle(query: string): Map<number, number> {
  const weights = { words: 1, pairs: 0.15, grams: 0.6 }
  const asked = textFeatures(query)
  const scores = new Map<number, number>()
  for (const field of ['words', 'pairs', 'grams'] as const) {
    const documents = features.map((each) => each[field])
    const average = documents.reduce((sum, terms) => sum + terms.length, 0) / documents.length
    for (const [at, term] of asked[field].entries()) {
      const share = field === 'grams' ? 1 / asked.gramCounts[at]! ** 0.25 : 1
      const holders = documents.filter((terms) => terms.includes(term)).length
      const rarity = Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5))
      for (const [index, terms] of documents.entries()) {
        const frequency = terms.filter((each) => each === term).length
        if (frequency === 0) continue
        const impact = (frequency * 2.2) / (frequency + 1.2 * (0.25 + (0.75 * terms.length) / average))
        scores.set(index + 1, (scores.get(index + 1) ?? 0) + weights[field] * share * rarity * impact)
      }
    }
  }
  return scores
}

/** Each hit has, by the oracle, about the score of the rank it stands on; impacts are rounded to a byte and averages drift a little. */
function expectSameRanking(hits: readonly { chunkId: number }[], expected: ReadonlyMap<number, number>) {
  const best = [...expected.values()].sort((a, b) => b - a)
  for (const [rank, { chunkId }] of hits.entries()) {
    const score = expected.get(chunkId) ?? 0
    expect(Math.abs(score - best[rank]!)).toBeLessThan(best[rank]! * 0.04)
  }
}

async function inSegments(size: number) {
  const corpus = { chunks: 0, lengths: [0, 0, 0] }
  const segments = []
  for (let start = 0; start < chunks.length; start += size) {
    const built = await buildSegment(chunks.slice(start, start + size), corpus)
    corpus.chunks += built.chunkCount
    corpus.lengths = corpus.lengths.map((sum, field) => sum + built.lengths[field]!)
    segments.push(openSegment(built.bytes))
  }
  return segments
}

function byNumber(a: number, b: number) {
  return a - b
}
