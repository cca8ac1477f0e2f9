import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { measureRanking } from './measure-ranking.ts'

test('measures are what is reckoned by hand: two of three expected documents, at ranks 2 and 4', () => {
  const { scores, firstRank } = measureRanking(['x', 'a', 'y', 'b'], { a: 1, b: 1, c: 1 })
  expect(firstRank).toBe(2)
  // (0.63093 + 0.43068) / (1 + 0.63093 + 0.5)
  expect(scores.ndcg10).toBeCloseTo(0.498189, 6)
  expect(scores).toMatchObject({ recall5: 2 / 3, recall10: 2 / 3, recall50: 2 / 3, reciprocalRank: 0.5, hit10: 1 })
})

test('a better grade counts for more: the example of grades 3, 2, 3, 0, 1, 2', () => {
  // The ranking d1 d2 d3 d4 d5 d6 has DCG 6.861, and d1 d3 d2 d6 d5 has the best, 7.141.
  const expected = { d1: 3, d2: 2, d3: 3, d5: 1, d6: 2 }
  const { scores } = measureRanking(['d1', 'd2', 'd3', 'd4', 'd5', 'd6'], expected)
  expect(scores.ndcg10).toBeCloseTo(6.861127 / 7.140995, 5)
})

test('the first ten, five and fifty are what each measure looks at', () => {
  const found = Array.from({ length: 60 }, (_, index) => `d${index + 1}`)
  const at = (rank: number) => measureRanking(found, { [`d${rank}`]: 1 }).scores
  expect(at(5)).toMatchObject({ recall5: 1, recall10: 1, hit10: 1, reciprocalRank: 0.2 })
  expect(at(6)).toMatchObject({ recall5: 0, recall10: 1 })
  expect(at(10).ndcg10).toBeCloseTo(1 / Math.log2(11), 12)
  expect(at(11)).toMatchObject({ ndcg10: 0, recall10: 0, hit10: 0, recall50: 1, reciprocalRank: 1 / 11 })
  expect(at(51)).toMatchObject({ recall50: 0, reciprocalRank: 0 })
})

test('nothing found scores nothing, and the best order scores one', () => {
  const expected = { a: 1, b: 3 }
  const nothing = measureRanking([], expected)
  expect([Object.values(nothing.scores), nothing.firstRank]).toEqual([[0, 0, 0, 0, 0, 0], null])
  expect(new Set(Object.values(measureRanking(['b', 'a'], expected).scores))).toEqual(new Set([1]))
})

test('any ranking scores between 0 and 1, and a swap towards the grades never lowers nDCG', () => {
  const random = seededRandom(7)
  for (let round = 0; round < 300; round++) {
    const found = Array.from({ length: 15 }, (_, index) => `d${index}`).sort(() => random() - 0.5)
    const expected: Record<string, number> = { d0: 1 }
    for (const id of found) if (random() < 0.4) expected[id] = 1 + Math.floor(random() * 3)
    const { scores } = measureRanking(found, expected)
    expect(Object.values(scores).every((score) => score >= 0 && score <= 1)).toBe(true)
    const at = Math.floor(random() * 14)
    const [upper = '', lower = ''] = [found[at], found[at + 1]]
    if ((expected[lower] ?? 0) <= (expected[upper] ?? 0)) continue
    const swapped = found.with(at, lower).with(at + 1, upper)
    expect(measureRanking(swapped, expected).scores.ndcg10).toBeGreaterThanOrEqual(scores.ndcg10)
  }
})
