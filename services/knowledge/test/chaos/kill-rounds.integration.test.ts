import { expect, test } from 'bun:test'
import postgres from 'postgres'
import { connectionOptions } from '#shared/postgres/connect.ts'
import type { IndexHit, VectorQuery } from '../../retrieval/knowledge-index.ts'
import { temporaryKnowledge } from '../temporary-knowledge.ts'
import { checkVectors } from './check-vectors.ts'
import { runKillRounds } from './kill-rounds.ts'

const ROUNDS = 12

test('processes that die at any point of storing, ingesting, embedding and merging lose and repeat no acknowledged chunk and no vector', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { kills, wrong, uploads, deletions, modelChanges, switches, textsAsked, baseId } = await runKillRounds(
    knowledge,
    {
      rounds: ROUNDS,
      seed: 11,
    },
  )
  expect(wrong).toEqual([])
  expect(uploads).toBeGreaterThan(ROUNDS)
  expect(deletions).toBeGreaterThan(0)
  expect(modelChanges).toBeGreaterThan(0)
  expect(switches).toBeGreaterThan(0)
  expect(textsAsked.distinct).toBeGreaterThan(ROUNDS)
  // Kills have to have hit something.
  const { 'no point': missed, ...hit } = kills
  expect(Object.values(hit).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(missed)

  // The oracle of vectors notices each way in which an index of them can be wrong.
  const { dependencies } = knowledge
  for (const [what, mutate] of Object.entries(MUTANTS)) {
    const searchVectors = async (query: VectorQuery) => mutate(await dependencies.index.searchVectors(query))
    const noticed = await checkVectors({ ...dependencies, index: { ...dependencies.index, searchVectors } }, baseId)
    expect({ what, isNoticed: noticed.length > 0 }).toEqual({ what, isNoticed: true })
  }
  const sql = postgres({ ...connectionOptions(knowledge.databaseUrl), max: 1 })
  await sql`update knowledge_embeddings e set vector = (select o.vector from knowledge_embeddings o
    where o.base_id = e.base_id and o.model = e.model and o.text_hash <> e.text_hash limit 1)`
  await sql.end()
  expect((await checkVectors(dependencies, baseId)).join()).toContain('are not those of their text')
}, 240_000)

const MUTANTS: Record<string, (hits: IndexHit[]) => IndexHit[]> = {
  'a wrong scale': (hits) => hits.map((hit) => ({ ...hit, score: hit.score * 1.2 })),
  'vectors swapped by a merge': (hits) =>
    hits.map((hit, at) => ({ ...hit, chunkId: hits[hits.length - 1 - at]?.chunkId ?? 0 })),
  'a tombstone that is missing': (hits) => [...hits, { chunkId: 1_000_000, baseId: '', score: 0.1 }],
  'a vector that is lost': (hits) => hits.slice(1),
  'a chunk in two files': (hits) => [...hits, ...hits.slice(0, 1)],
}
