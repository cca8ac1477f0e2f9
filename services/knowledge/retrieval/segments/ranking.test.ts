import { expect, test } from 'bun:test'
import { RANKING_DOCUMENTS, RANKING_QUESTIONS } from '../../test/ranking-corpus.ts'
import { buildSegment } from './build-segment.ts'
import { searchSegments } from './search-segments.ts'
import { openSegment, type Segment } from './segment.ts'

const keys = Object.keys(RANKING_DOCUMENTS)
const nothing = { chunks: 0, lengths: [0, 0, 0] }

test.each(RANKING_QUESTIONS)('$trap does not mislead: "$question" finds $best first', async ({ question, best }) => {
  const segment = await segmentOf((text) => text)
  expect(firstOf(segment, question)).toBe(best)
})

test.each([
  [
    'how often a term occurs, and in how long a text',
    async () => {
      const segment = await segmentOf((text) => text)
      return { ...segment, impacts: segment.impacts.map(() => 116) }
    },
  ],
  [
    'half of the terms',
    async () => {
      const segment = await segmentOf((text) => text)
      return { ...segment, find: (hash: number) => (hash % 2 === 0 ? -1 : segment.find(hash)) }
    },
  ],
  ['spaces, signs and case', () => segmentOf((text) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase())],
  ['the end of a text', () => segmentOf((text) => text.slice(0, text.length / 2))],
] as const)('the questions notice an index that does not know %s', async (_, open) => {
  const segment = await open()
  expect(RANKING_QUESTIONS.filter(({ question, best }) => firstOf(segment, question) !== best)).not.toEqual([])
})

async function segmentOf(change: (text: string) => string): Promise<Segment> {
  const chunks = keys.map((key, at) => ({
    id: at + 1,
    documentNumber: at + 1,
    text: change(RANKING_DOCUMENTS[key] ?? ''),
  }))
  return openSegment((await buildSegment(chunks, nothing)).bytes)
}

function firstOf(segment: Segment, text: string): string | undefined {
  const [hit] = searchSegments([segment], { text, limit: 1, isDead: () => false })
  return hit && keys[hit.chunkId - 1]
}
