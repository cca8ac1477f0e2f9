import { readFileSync } from 'node:fs'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { writeFileAtomically } from '#shared/lifecycle/atomic-file.ts'
import { isAlive, type ProcessIdentity, processStartTime, signalProcess } from '#shared/lifecycle/process-identity.ts'
import type { Logger } from '#shared/logging/logger.ts'

const LedgerEntry = Type.Object({
  id: Type.String(),
  pid: Type.Integer(),
  startTime: Type.String(),
  journalWorkerId: Type.Optional(Type.Integer()),
})
const Ledger = Type.Array(LedgerEntry)
export type LedgerEntry = Static<typeof LedgerEntry>

/** The supervisor's children in a file, so that the next supervisor can find those that outlived this one. */
export const writeProcessLedger = (
  path: string,
  children: readonly { id: string; pid: number; journalWorkerId: number | undefined }[],
): void => {
  const entries = children.map(({ id, pid, journalWorkerId }) => ({
    ...{ id, pid, startTime: processStartTime(pid) ?? '' },
    ...(journalWorkerId === undefined ? {} : { journalWorkerId }),
  }))
  writeFileAtomically(path, JSON.stringify(entries), { durable: false }) // after a power cut its processes are gone anyway
}

const GRACE_MS_MAX = 300
const KILL_MS_MAX = 5_000
const POLL_MS = 5

/**
 * Ends the children of a supervisor that was killed: they ask for a supervisor that will not come back, and hold the port. SIGTERM lets
 * those that are idle go quietly; the rest is killed, which loses nothing that was acknowledged. Returns the journal workers to take over.
 */
export const stopLeftovers = async (path: string, logger: Logger): Promise<number[]> => {
  const entries = readProcessLedger(path)
  const alive = entries.filter(isAlive)
  if (alive.length > 0)
    logger.warn({ processes: alive.map((entry) => entry.id) }, 'stopping what an earlier supervisor left')
  for (const entry of alive) signalProcess(entry, 'SIGTERM')
  await allGone(alive, GRACE_MS_MAX)
  for (const entry of alive) signalProcess(entry, 'SIGKILL')
  await allGone(alive, KILL_MS_MAX)
  return entries.flatMap((entry) => (entry.journalWorkerId === undefined ? [] : [entry.journalWorkerId]))
}

const readProcessLedger = (path: string): LedgerEntry[] => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Value.Check(Ledger, value) ? value : []
  } catch {
    return [] // first start, or a clean one
  }
}

const allGone = async (processes: readonly ProcessIdentity[], msMax: number): Promise<void> => {
  const deadline = Date.now() + msMax
  while (processes.some(isAlive) && Date.now() < deadline) await Bun.sleep(POLL_MS)
}
