import { expect, test } from 'bun:test'
import { createChunkRepository } from '../../chunks/chunk-repository.ts'
import { temporaryKnowledge } from '../temporary-knowledge.ts'
import { checkReadings } from './check-readings.ts'
import { runReadingRounds } from './reading-rounds.ts'

const ROUNDS = 12

test('processes that die at any point of reading lose and repeat no chunk, no edit and no page, through versions, edits and retries', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { kills, wrong, uploads, versions, documents } = await runReadingRounds(knowledge, { rounds: ROUNDS, seed: 7 })
  expect(wrong).toEqual([])
  expect(uploads).toBeGreaterThan(0)
  expect(versions).toBeGreaterThan(0)
  // Kills have to have hit something.
  const { 'no point': missed = 0, ...hit } = kills
  expect(Object.values(hit).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(missed)

  // The oracle notices a chunk that is lost, and one that is not what it was.
  const [base] = await knowledge.dependencies.bases.list('acme', { limit: 1 })
  const baseId = base?.id ?? ''
  const [first, second] = documents
  await createChunkRepository(knowledge.dependencies.database).delete(first?.id ?? '', ['0', 'n0'])
  const [row] = await knowledge.dependencies.chunks.listOf(second?.id ?? '', { limit: 1 })
  if (!row) throw new Error('there is no chunk to change')
  await createChunkRepository(knowledge.dependencies.database).update([{ ...row, content: 'another text' }])
  const noticed = await checkReadings(knowledge, { baseId, documents })
  for (const each of [first, second])
    expect(noticed.filter((line) => line.includes(each?.id ?? '?')).length).toBeGreaterThan(0)
}, 400_000)
