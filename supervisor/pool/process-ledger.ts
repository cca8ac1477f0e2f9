import { readFileSync, rmSync } from 'node:fs'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { writeFileAtomically } from '#shared/lifecycle/atomic-file.ts'
import { isAlive } from '#shared/lifecycle/process-identity.ts'
import type { WorkerProcess } from './worker-process.ts'
import type { WorkerState } from './worker-state.ts'

const LedgerEntry = Type.Object({
  id: Type.String(),
  pid: Type.Integer(),
  startTime: Type.String(),
  pool: Type.String(),
  slot: Type.Integer(),
  generation: Type.Integer(),
  services: Type.Array(Type.String()),
  socketPath: Type.String(),
  fingerprint: Type.String(),
  startedAtMs: Type.Number(),
  state: Type.Unsafe<WorkerState>(Type.String()),
  journalWorkerId: Type.Optional(Type.Integer()),
})
export type LedgerEntry = Static<typeof LedgerEntry>

const Ledger = Type.Object({
  /** Of the last table that gateways may have got: they ignore older ones. */
  routesVersion: Type.Integer(),
  /** How often each slot was filled, so that ids are never given twice. */
  slots: Type.Array(
    Type.Object({ pool: Type.String(), slot: Type.Integer(), generation: Type.Integer(), restarts: Type.Integer() }),
  ),
  processes: Type.Array(LedgerEntry),
  /** Journal workers that are gone, whose runs nobody has taken over yet. */
  lostJournalWorkers: Type.Array(Type.Integer()),
})
/** What a supervisor that is killed leaves in writing for the next one. */
export type Ledger = Static<typeof Ledger>

export const toLedgerEntry = (worker: WorkerProcess): LedgerEntry => {
  const { id, pool, slot, generation, services, socketPath, fingerprint, startedAtMs, state, journalWorkerId } = worker
  return {
    ...worker.process,
    ...{ id, pool, slot, generation, services: [...services], socketPath, fingerprint, startedAtMs, state },
    ...(journalWorkerId === undefined ? {} : { journalWorkerId }),
  }
}

export const writeProcessLedger = (path: string, ledger: Ledger): void =>
  writeFileAtomically(path, JSON.stringify(ledger), { durable: false }) // after a power cut its processes are gone anyway

/** After an orderly stop nothing is left to be found. */
export const removeProcessLedger = (path: string): void => rmSync(path, { force: true })

/** What an earlier supervisor left: its processes, those that live and those that died meanwhile. */
export interface Leftovers extends Omit<Ledger, 'processes'> {
  alive: LedgerEntry[]
  gone: LedgerEntry[]
}

export const readLeftovers = (path: string): Leftovers => {
  const { processes, ...rest } = readProcessLedger(path)
  const alive = processes.filter(isAlive)
  return { ...rest, alive, gone: processes.filter((entry) => !alive.includes(entry)) }
}

const readProcessLedger = (path: string): Ledger => {
  const empty: Ledger = { routesVersion: 0, slots: [], processes: [], lostJournalWorkers: [] }
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Value.Check(Ledger, value) ? value : empty
  } catch {
    return empty // first start, or after an orderly stop
  }
}
