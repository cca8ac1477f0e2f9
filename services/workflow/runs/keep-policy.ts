import type { SweepRuns } from '#shared/journal/sweep-runs.ts'

const DAY_MS = 86_400_000

/** For how many days finished runs are kept; 0: for ever. */
export interface KeepDays {
  days: number
  /** Kinds of runs with times of their own. */
  byKind: ReadonlyMap<string, number>
}

/** Reads `agent=7,ingestion=0`. */
export const parseKeepDays = (days: number, byKind: string): KeepDays => ({
  days,
  byKind: new Map(
    byKind.split(',').flatMap((entry) => {
      const [kind, text] = entry.split('=')
      return kind && text !== undefined ? [[kind.trim(), Number(text)] as const] : []
    }),
  ),
})

/** What is to be removed now: for each kind with a time of its own, then for all others. */
export const sweepsOf = ({ days, byKind }: KeepDays, now: Date): Pick<SweepRuns, 'kinds' | 'finishedBefore'>[] => {
  const before = (keptDays: number) => new Date(now.getTime() - keptDays * DAY_MS)
  const named = [...byKind].filter(([, keptDays]) => keptDays > 0)
  return [
    ...named.map(([kind, keptDays]) => ({ kinds: { only: [kind] }, finishedBefore: before(keptDays) })),
    ...(days > 0 ? [{ kinds: { except: [...byKind.keys()] }, finishedBefore: before(days) }] : []),
  ]
}
