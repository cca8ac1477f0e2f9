import { expect, test } from 'bun:test'
import { parseKeepDays, sweepsOf } from './keep-policy.ts'

const now = new Date('2026-03-31T00:00:00Z')

test('kinds with times of their own are left out of the rest', () => {
  expect(sweepsOf(parseKeepDays(30, 'agent=7,ingestion=0'), now)).toEqual([
    { kinds: { only: ['agent'] }, finishedBefore: new Date('2026-03-24T00:00:00Z') },
    { kinds: { except: ['agent', 'ingestion'] }, finishedBefore: new Date('2026-03-01T00:00:00Z') },
  ])
})

test('what is kept for ever is never removed', () => {
  expect(sweepsOf(parseKeepDays(0, ''), now)).toEqual([])
  expect(sweepsOf(parseKeepDays(0, 'agent=1'), now)).toHaveLength(1)
})
