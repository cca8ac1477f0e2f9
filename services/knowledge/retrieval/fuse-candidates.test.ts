import { describe, expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { FUSIONS } from '../bases/retrieval-settings.ts'
import { type FusionRule, fuseCandidates, type RankedList } from './fuse-candidates.ts'

const BOTH: FusionRule = { fusion: 'reciprocal-rank', weights: { lexical: 1, vector: 1 }, ways: ['lexical', 'vector'] }
const WEIGHED: FusionRule = { ...BOTH, fusion: 'weighted-sum', weights: { lexical: 3, vector: 1 } }
const list = (way: RankedList['way'], ...hits: [chunkId: number, score: number, baseId?: string][]): RankedList => ({
  way,
  hits: hits.map(([chunkId, score, baseId = 'a']) => ({ chunkId, score, baseId })),
})
const LEXICAL = list('lexical', [1, 0.8], [2, 0.4], [3, 0.2])
const VECTOR = list('vector', [3, 0.9], [1, 0.8], [4, 0.7])
const scores = (lists: RankedList[], rule: FusionRule) =>
  Object.fromEntries(fuseCandidates(lists, () => rule).map(({ chunkId, score }) => [chunkId, score]))

test('reciprocal ranks add up to what is reckoned by hand', () => {
  const found = fuseCandidates([LEXICAL, VECTOR], () => BOTH)
  expect(found.map(({ chunkId }) => chunkId)).toEqual([1, 3, 2, 4])
  const whole = 2 / 61
  expect(found[0]?.score).toBeCloseTo((1 / 61 + 1 / 62) / whole, 12)
  expect(found[1]?.score).toBeCloseTo((1 / 63 + 1 / 61) / whole, 12)
  expect(found[2]?.score).toBeCloseTo(1 / 62 / whole, 12)
  expect(found[0]).toMatchObject({ lexical: { rank: 1, score: 0.8 }, vector: { rank: 2, score: 0.8 } })
  expect(found[3]).toMatchObject({ lexical: null, vector: { rank: 3, score: 0.7 } })
})

test('weighted scores add up to what is reckoned by hand: words from nothing to the best, cosines from the last to the first', () => {
  const found = scores([LEXICAL, VECTOR], WEIGHED)
  expect(found[1]).toBeCloseTo((3 * 1 + 0.5) / 4, 12)
  expect(found[2]).toBeCloseTo((3 * 0.5) / 4, 12)
  expect(found[3]).toBeCloseTo((3 * 0.25 + 1) / 4, 12)
  expect(found[4]).toBe(0)
})

test('a list that stands alone keeps its scores, whether the other was not asked or found nothing', () => {
  for (const rule of [BOTH, WEIGHED]) {
    expect(scores([LEXICAL], rule)).toEqual({ 1: 0.8, 2: 0.4, 3: 0.2 })
    expect(scores([LEXICAL, list('vector')], rule)).toEqual({ 1: 0.8, 2: 0.4, 3: 0.2 })
    expect(scores([list('lexical'), VECTOR], rule)).toEqual({ 3: 0.9, 1: 0.8, 4: 0.7 })
  }
})

test('a base that is searched by words alone is not behind one that has vectors too', () => {
  const rules: Record<string, FusionRule> = { a: BOTH, b: { ...BOTH, ways: ['lexical'] } }
  const lists = [list('lexical', [1, 0.9, 'b'], [2, 0.8, 'a']), list('vector', [2, 0.9, 'a'])]
  const found = fuseCandidates(lists, (baseId) => rules[baseId] ?? BOTH)
  expect(found.map(({ chunkId }) => chunkId)).toEqual([1, 2])
  expect(found[0]?.score).toBe(1)
})

describe('for any lists', () => {
  const random = seededRandom(11)
  const anyList = (way: RankedList['way']): RankedList => {
    const count = Math.floor(random() * 12)
    const ids = Array.from({ length: 15 }, (_, id) => id).sort(() => random() - 0.5)
    const hits = ids.slice(0, count).map((chunkId) => ({ chunkId, baseId: 'a', score: random() }))
    return { way, hits: hits.sort((a, b) => b.score - a.score) }
  }
  const rounds = Array.from({ length: 300 }, (_, round) => {
    const fusion = FUSIONS[round % FUSIONS.length] ?? 'weighted-sum'
    const rule: FusionRule = { ...BOTH, fusion, weights: { lexical: 0.1 + random(), vector: 0.1 + random() } }
    return { lists: [anyList('lexical'), anyList('vector')], rule }
  })

  test('each chunk of any list is there once, in order, with a score between 0 and 1', () => {
    for (const { lists, rule } of rounds) {
      const found = fuseCandidates(lists, () => rule)
      const ids = new Set(lists.flatMap(({ hits }) => hits.map(({ chunkId }) => chunkId)))
      expect(found.map(({ chunkId }) => chunkId).sort((a, b) => a - b)).toEqual([...ids].sort((a, b) => a - b))
      expect(found.every(({ score }) => score >= 0 && score <= 1)).toBe(true)
      expect(found.every(({ score }, index) => index === 0 || score <= (found[index - 1]?.score ?? 0))).toBe(true)
    }
  })

  test('the order in which the lists are given changes nothing', () => {
    for (const { lists, rule } of rounds) {
      const turned = fuseCandidates(lists.toReversed(), () => rule)
      expect(turned.map(({ chunkId }) => chunkId)).toEqual(
        fuseCandidates(lists, () => rule).map(({ chunkId }) => chunkId),
      )
    }
  })

  test('a chunk that is before another one in both lists is before it in the answer', () => {
    for (const { lists, rule } of rounds) {
      const found = fuseCandidates(lists, () => rule)
      for (const [index, worse] of found.entries()) {
        for (const better of found.slice(index + 1)) {
          const isBetter = (way: 'lexical' | 'vector') => (better[way]?.rank ?? 99) < (worse[way]?.rank ?? 99)
          expect(isBetter('lexical') && isBetter('vector')).toBe(false)
        }
      }
    }
  })

  test('more weight for a list never lets the one that leads it fall', () => {
    for (const { lists, rule } of rounds) {
      const leader = lists[0]?.hits[0]?.chunkId
      if (leader === undefined || lists[1]?.hits.length === 0) continue
      const placeWith = (lexical: number) => {
        const weighed = { ...rule, weights: { ...rule.weights, lexical } }
        return fuseCandidates(lists, () => weighed).findIndex(({ chunkId }) => chunkId === leader)
      }
      expect(placeWith(rule.weights.lexical * 4)).toBeLessThanOrEqual(placeWith(rule.weights.lexical))
    }
  })
})
