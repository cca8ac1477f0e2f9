import { setTimeout as sleep } from 'node:timers/promises'
import { type FireSchedulesDependencies, fireDueSchedules, startLeftFires } from './fire-schedules.ts'
import { createScheduleRepository } from './schedule-repository.ts'

/** Other workers may change schedules at any time: the table is looked at this often. */
const LOOK_MS_MAX = 1_000
/** After something was due: the first of the next occurrences may be as well. */
const LOOK_MS_MIN = 20
/** What dead workers left is looked for this often. */
const LEFT_MS = 2_000

/** Begins due schedules, in every worker at once: the database gives each occurrence to one of them. */
export const startScheduler = (
  dependencies: FireSchedulesDependencies & { draining: AbortSignal },
): { stop(): Promise<void> } => {
  const { logger, database } = dependencies
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, dependencies.draining, dependencies.journal.fenced])
  const repository = createScheduleRepository(database)
  let lookedForLeftAt = Number.NEGATIVE_INFINITY

  /** Returns how long to wait, in milliseconds. */
  const look = async (): Promise<number> => {
    if (performance.now() - lookedForLeftAt > LEFT_MS) {
      lookedForLeftAt = performance.now()
      await startLeftFires(dependencies)
    }
    const untilNextMs = (await repository.untilNextMs()) ?? LOOK_MS_MAX
    if (untilNextMs > 0) return Math.min(untilNextMs, LOOK_MS_MAX)
    let isMoreDue = true
    while (isMoreDue && !signal.aborted) isMoreDue = await fireDueSchedules(dependencies)
    return LOOK_MS_MIN
  }

  const lookSafely = async (): Promise<number> => {
    try {
      return await look()
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'could not look at schedules')
      return LOOK_MS_MAX
    }
  }

  const loop = async () => {
    while (!signal.aborted) await sleep(await lookSafely(), undefined, { signal }).catch(() => undefined)
  }
  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
