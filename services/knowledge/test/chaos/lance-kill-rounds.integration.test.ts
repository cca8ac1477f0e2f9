import { expect, test } from 'bun:test'
import { linkLancedb } from '../installed-lancedb.ts'
import { temporaryKnowledge } from '../temporary-knowledge.ts'
import { runKillRounds } from './kill-rounds.ts'

const ROUNDS = 12

test('processes that die at any point of adding, deleting and optimising rows of LanceDB lose and repeat no acknowledged chunk and no vector', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await linkLancedb(knowledge.dataDirectory)
  const { kills, wrong, uploads, deletions, modelChanges } = await runKillRounds(knowledge, {
    rounds: ROUNDS,
    seed: 5,
    engine: 'lancedb',
  })
  expect(wrong).toEqual([])
  expect(uploads).toBeGreaterThan(ROUNDS)
  expect(deletions).toBeGreaterThan(0)
  expect(modelChanges).toBeGreaterThan(0)
  // Kills have to have hit something.
  const { 'no point': missed, ...hit } = kills
  expect(Object.values(hit).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(missed)
}, 240_000)
