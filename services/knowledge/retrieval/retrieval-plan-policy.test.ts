import { expect, test } from 'bun:test'
import { DEFAULT_RETRIEVAL, type RetrievalSettings } from '../bases/retrieval-settings.ts'
import { type PlannedBase, planRetrieval, type RetrievalOverrides } from './retrieval-plan-policy.ts'

const base = (id: string, settings: Partial<RetrievalSettings> = {}, engine: PlannedBase['engine'] = 'segments') => ({
  id,
  engine,
  vectorModel: settings.embeddingModel ?? null,
  settings: { ...DEFAULT_RETRIEVAL, ...settings },
})
const plan = (bases: PlannedBase[], overrides: RetrievalOverrides = {}, unavailable: string[] = []) =>
  planRetrieval(bases, { limit: 5, overrides, unavailable: new Set(unavailable) })

test('a base without an embedding model is searched by words, whatever is asked', () => {
  for (const mode of ['hybrid', 'lexical', 'vector'] as const) {
    const planned = plan([base('a')], { mode })
    expect(planned.lexical).toEqual([{ engine: 'segments', baseIds: ['a'] }])
    expect(planned.vector).toEqual([])
    expect(planned.rules.get('a')?.ways).toEqual(['lexical'])
  }
})

test('bases share a search by words per engine, and a search by meaning per engine and model', () => {
  const planned = plan([
    base('a', { embeddingModel: 'm' }),
    base('b', { embeddingModel: 'm' }),
    base('c', { embeddingModel: 'n' }),
    base('d', { embeddingModel: 'm' }, 'lancedb'),
    base('e'),
  ])
  expect(planned.lexical).toEqual([
    { engine: 'segments', baseIds: ['a', 'b', 'c', 'e'] },
    { engine: 'lancedb', baseIds: ['d'] },
  ])
  expect(planned.vector).toEqual([
    { engine: 'segments', model: 'm', baseIds: ['a', 'b'] },
    { engine: 'segments', model: 'n', baseIds: ['c'] },
    { engine: 'lancedb', model: 'm', baseIds: ['d'] },
  ])
})

test('what a request says comes before what the bases say, and what it leaves out does not', () => {
  const own = { embeddingModel: 'm', scoreMin: 0.2, rerankModel: 'r' }
  const planned = plan([base('a', own)], { mode: 'vector', rerankModel: null, fusion: undefined })
  expect(planned.rules.get('a')).toEqual({
    fusion: 'reciprocal-rank',
    weights: { lexical: 1, vector: 1 },
    ways: ['vector'],
    rerankModel: null,
    scoreMin: 0.2,
  })
})

test('the vectors that the index holds decide, not those that are being made', () => {
  const moving = { ...base('a', { embeddingModel: 'next' }), vectorModel: 'now' }
  expect(plan([moving]).vector).toEqual([{ engine: 'segments', model: 'now', baseIds: ['a'] }])
  expect(plan([{ ...moving, vectorModel: null }]).vector).toEqual([])
  expect(plan([{ ...base('a'), vectorModel: 'left' }]).vector).toEqual([])
})

test('a base whose model cannot be asked is searched by words, even where it asks for meaning alone', () => {
  const planned = plan([base('a', { embeddingModel: 'm', mode: 'vector' })], {}, ['m'])
  expect([planned.lexical.length, planned.vector.length]).toEqual([1, 0])
})

test('a list without weight is not asked for, and two without weight are even', () => {
  const waysWith = (lexical: number, vector: number) =>
    plan([base('a', { embeddingModel: 'm', weights: { lexical, vector } })]).rules.get('a')
  expect(waysWith(0, 1)?.ways).toEqual(['vector'])
  expect(waysWith(1, 0)?.ways).toEqual(['lexical'])
  expect(waysWith(0, 0)).toMatchObject({ ways: ['lexical', 'vector'], weights: { lexical: 1, vector: 1 } })
})

test('as many candidates are found as the answer may have to hold', () => {
  const candidatesOf = (limit: number) => planRetrieval([base('a')], { limit, overrides: {} }).candidates
  expect([candidatesOf(5), candidatesOf(200)]).toEqual([60, 200])
})
