import { expect, test } from 'bun:test'
import { temporaryKnowledge } from '../temporary-knowledge.ts'
import { runKillRounds } from './kill-rounds.ts'

const ROUNDS = 12

test('processes that die at any point of storing, ingesting and merging lose and repeat no acknowledged chunk', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const { kills, wrong, uploads, deletions } = await runKillRounds(knowledge, { rounds: ROUNDS, seed: 11 })
  expect(wrong).toEqual([])
  expect(uploads).toBeGreaterThan(ROUNDS)
  expect(deletions).toBeGreaterThan(0)
  // Kills have to have hit something.
  const { 'no point': missed, ...hit } = kills
  expect(Object.values(hit).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(missed)
}, 240_000)
