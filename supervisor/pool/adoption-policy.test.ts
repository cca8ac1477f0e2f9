import { expect, test } from 'bun:test'
import { decideFates } from './adoption-policy.ts'
import { ledgerEntry } from './fixtures/ledger-entry.ts'
import type { LedgerEntry } from './process-ledger.ts'
import { SPARE_SLOT_FIRST } from './spare-workers.ts'

const pools = [
  { name: 'gateway', max: 1, spare: 0, fingerprint: 'now' },
  { name: 'agent', max: 2, spare: 1, fingerprint: 'now' },
]
const fatesWhere = (gatewaysShareDoors: boolean, entries: Partial<LedgerEntry>[]) =>
  decideFates(entries.map(ledgerEntry), pools, { gatewaysShareDoors }).map(({ fate }) => fate)
const fatesOf = (...entries: Partial<LedgerEntry>[]) => fatesWhere(true, entries)

test('what this supervisor would start itself is adopted, ready or about to be', () => {
  expect(fatesOf({}, { slot: 1, state: 'starting' }, { pool: 'gateway' })).toEqual(['adopt', 'adopt', 'adopt'])
})

test('a worker of another configuration, pool or size retires; a gateway only where its successor can listen beside it', () => {
  expect(fatesOf({ fingerprint: 'old' }, { pool: 'all' }, { slot: 2 })).toEqual(['retire', 'retire', 'retire'])
  expect(fatesOf({ pool: 'gateway', fingerprint: 'old' })).toEqual(['retire'])
  expect(fatesWhere(false, [{ pool: 'gateway', fingerprint: 'old' }])).toEqual(['stop'])
})

test('a worker that was on its way out keeps no slot', () => {
  expect(fatesOf({ state: 'draining' }, { slot: 1, state: 'unresponsive' })).toEqual(['retire', 'retire'])
})

test('in the middle of a replacement the newer one stays, unless it does not fit', () => {
  expect(fatesOf({}, { generation: 2, state: 'starting' })).toEqual(['retire', 'adopt'])
  expect(fatesOf({}, { generation: 2, fingerprint: 'old' })).toEqual(['adopt', 'retire'])
})

test('spares are adopted as long as the pool keeps so many', () => {
  expect(fatesOf({ slot: SPARE_SLOT_FIRST }, { slot: SPARE_SLOT_FIRST + 1 })).toEqual(['adopt', 'retire'])
})
