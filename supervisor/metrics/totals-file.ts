import { rename, writeFile } from 'node:fs/promises'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'

/** Shape of the file. */
export const Snapshot = Type.Object({
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

/** Totals of earlier lives. A file that is missing or cannot be understood counts as none: metrics must never stop a start. */
export const readTotals = async (path: string): Promise<MetricsSnapshot> => {
  try {
    const value: unknown = await Bun.file(path).json()
    return Value.Check(Snapshot, value) ? (value as MetricsSnapshot) : { families: [] }
  } catch {
    return { families: [] }
  }
}

/** Replaces the file whole. Survives the death of any process; after a loss of power an older file may be there. A full disk is borne. */
export const writeTotals = async (path: string, totals: MetricsSnapshot): Promise<void> => {
  try {
    await writeFile(`${path}.next`, JSON.stringify(totals), { mode: 0o600 })
    await rename(`${path}.next`, path)
  } catch {
    // The sums in memory stay right; the next write may work again.
  }
}
