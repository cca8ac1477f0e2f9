import { rename, writeFile } from 'node:fs/promises'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { ProcessIdentity } from '#shared/lifecycle/process-identity.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'

const Snapshot = Type.Object({
  families: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      help: Type.String(),
      type: Type.Union([Type.Literal('counter'), Type.Literal('gauge'), Type.Literal('histogram')]),
      bounds: Type.Optional(Type.Array(Type.Number())),
      series: Type.Array(
        Type.Object({
          labels: Type.Record(Type.String(), Type.String()),
          value: Type.Number(),
          buckets: Type.Optional(Type.Array(Type.Number())),
        }),
      ),
    }),
  ),
})

/** What was counted, apart for those that lived when it was written: a process that outlives its supervisor counts on. */
export interface Totals {
  retired: MetricsSnapshot
  living: CountingProcess[]
}

/** One process and what it has counted so far. */
export interface CountingProcess {
  process: ProcessIdentity
  snapshot: MetricsSnapshot
}

/** Shape of the file. */
const TotalsFile = Type.Object({
  retired: Snapshot,
  living: Type.Array(
    Type.Object({ process: Type.Object({ pid: Type.Integer(), startTime: Type.String() }), snapshot: Snapshot }),
  ),
})

/** Totals of earlier lives. A file that is missing or cannot be understood counts as none: metrics must never stop a start. */
export const readTotals = async (path: string): Promise<Totals> => {
  const none = { retired: { families: [] }, living: [] }
  try {
    const value: unknown = await Bun.file(path).json()
    return Value.Check(TotalsFile, value) ? (value as Totals) : none
  } catch {
    return none
  }
}

/** Replaces the file whole. Survives the death of any process; after a loss of power an older file may be there. A full disk is borne. */
export const writeTotals = async (path: string, totals: Totals): Promise<void> => {
  try {
    await writeFile(`${path}.next`, JSON.stringify(totals), { mode: 0o600 })
    await rename(`${path}.next`, path)
  } catch {
    // The sums in memory stay right; the next write may work again.
  }
}
