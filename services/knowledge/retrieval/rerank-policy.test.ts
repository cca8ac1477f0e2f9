import { expect, test } from 'bun:test'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import type { Candidate } from './fuse-candidates.ts'
import { applyJudgements, reachesScore } from './rerank-policy.ts'

const candidates = (...ids: number[]): Candidate[] =>
  ids.map((chunkId, index) => ({ chunkId, baseId: 'a', score: 0.9 - index / 10, lexical: null, vector: null }))
const judge = (given: Record<string, Record<number, number>>) =>
  new Map(
    Object.entries(given).map(([model, scores]) => [
      model,
      new Map(Object.entries(scores).map(([chunkId, score]) => [Number(chunkId), score])),
    ]),
  )
const order = (ranked: readonly Candidate[]) => ranked.map(({ chunkId }) => chunkId)

test('one model that judged the first candidates decides their order and scores; what is behind stays behind', () => {
  const ranked = applyJudgements(candidates(1, 2, 3, 4), judge({ m: { 1: 0.1, 2: 0.7, 3: 0.4 } }))
  expect(order(ranked)).toEqual([2, 3, 1, 4])
  expect(ranked.map(({ score }) => score)).toEqual([0.7, 0.4, 0.1, 0.1])
  expect(ranked[0]).toMatchObject({ fused: { rank: 2, score: 0.8 }, rerank: { rank: 1, score: 0.7, model: 'm' } })
  expect(ranked[3]).toMatchObject({ fused: { rank: 4 }, rerank: null })
})

test('each of two models puts its own candidates in order, among their places', () => {
  const ranked = applyJudgements(candidates(1, 2, 3, 4, 5), judge({ m: { 1: 0.1, 4: 0.9 }, n: { 2: 0.2, 3: 0.3 } }))
  expect(order(ranked)).toEqual([4, 3, 2, 1, 5])
  expect(ranked.map(({ score }) => score)).toEqual(candidates(1, 2, 3, 4, 5).map(({ score }) => score))
})

test('candidates of bases without a rerank model keep their places', () => {
  expect(order(applyJudgements(candidates(1, 2, 3), judge({ m: { 1: 0.1, 3: 0.9 } })))).toEqual([3, 2, 1])
})

test('scores that are no shares are made into shares, in the same order', () => {
  const ranked = applyJudgements(candidates(1, 2, 3), judge({ m: { 1: -4, 2: 7.5, 3: 0 } }))
  expect(order(ranked)).toEqual([2, 3, 1])
  expect(ranked[1]?.score).toBe(0.5)
  expect(ranked.every(({ score }) => score > 0 && score < 1)).toBe(true)
})

test('whatever models say, no candidate is lost, and scores fall', () => {
  const random = seededRandom(3)
  for (let round = 0; round < 200; round++) {
    const ids = Array.from({ length: 12 }, (_, id) => id)
    const given: Record<string, Record<number, number>> = { m: {}, n: {} }
    for (const id of ids) {
      const model = random() < 0.4 ? 'm' : random() < 0.5 ? 'n' : undefined
      if (model) (given[model] as Record<number, number>)[id] = random() * 3 - 1
    }
    const ranked = applyJudgements(candidates(...ids), judge(given))
    expect(order(ranked).sort((a, b) => a - b)).toEqual(ids)
    expect(ranked.every(({ score }, index) => index === 0 || score <= (ranked[index - 1]?.score ?? 0))).toBe(true)
  }
})

test('a threshold asks for the rerank score, or without one for the better of words and meaning', () => {
  const place = (score: number) => ({ rank: 1, score })
  const found = { lexical: place(0.2), vector: place(0.6), rerank: null }
  const judged = { ...found, rerank: { ...place(0.3), model: 'm' } }
  expect(reachesScore(found, { scoreMin: 0.6, isJudged: false })).toBe(true)
  expect(reachesScore(found, { scoreMin: 0.61, isJudged: false })).toBe(false)
  expect(reachesScore(judged, { scoreMin: 0.4, isJudged: true })).toBe(false)
  expect(reachesScore(judged, { scoreMin: 0.3, isJudged: true })).toBe(true)
  expect(reachesScore(found, { scoreMin: 0.1, isJudged: true })).toBe(false)
  expect(reachesScore(found, { scoreMin: 0, isJudged: true })).toBe(true)
})
