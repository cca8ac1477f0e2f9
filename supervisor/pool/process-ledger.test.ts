import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownIdentity } from '#shared/lifecycle/process-identity.ts'
import { ledgerEntry } from './fixtures/ledger-entry.ts'
import { readLeftovers, removeProcessLedger, writeProcessLedger } from './process-ledger.ts'

const directory = mkdtempSync(join(tmpdir(), 'orrery-ledger-'))
const path = join(directory, 'processes.json')
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const nothing = { routesVersion: 0, slots: [], alive: [], gone: [], lostJournalWorkers: [] }

test('the next supervisor learns who lives and who died; a process that only has the pid of an old child is not taken for it', () => {
  const living = ledgerEntry({ ...ownIdentity(), journalWorkerId: 4 })
  const reused = ledgerEntry({ pid: process.pid, journalWorkerId: 9 })
  const slots = [{ pool: 'agent', slot: 0, generation: 3, restarts: 2 }]
  writeProcessLedger(path, { routesVersion: 7, slots, processes: [living, reused], lostJournalWorkers: [2] })
  expect(readLeftovers(path)).toEqual({
    ...{ routesVersion: 7, slots, lostJournalWorkers: [2] },
    ...{ alive: [living], gone: [reused] },
  })
})

test('no ledger, or one that cannot be read, is no leftover', () => {
  removeProcessLedger(path)
  expect(readLeftovers(path)).toEqual(nothing)
  writeFileSync(path, '[{"pid":')
  expect(readLeftovers(path)).toEqual(nothing)
  writeFileSync(path, '[]')
  expect(readLeftovers(path)).toEqual(nothing)
})
