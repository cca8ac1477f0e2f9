import { createWakeUp } from '#shared/journal/wake-up.ts'
import { type FireSchedulesDependencies, fireDueSchedules, startLeftFires } from './fire-schedules.ts'
import { createScheduleRepository } from './schedule-repository.ts'

/** Other workers may change schedules at any time: the table is looked at this often. */
const LOOK_MS_MAX = 1_000
/** After a failure, and between two looks at least. */
const LOOK_MS_MIN = 20

/** Begins due schedules, in every worker at once: the database gives each occurrence to one of them. */
export const startScheduler = (
  dependencies: FireSchedulesDependencies & { draining: AbortSignal },
): { stop(): Promise<void> } => {
  const { logger, database } = dependencies
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, dependencies.draining, dependencies.journal.fenced])
  const wakeUp = createWakeUp()
  const repository = createScheduleRepository(database)

  /** Returns how long to wait, in milliseconds. */
  const look = async (): Promise<number> => {
    try {
      while (!signal.aborted && (await fireDueSchedules(dependencies)));
      await startLeftFires(dependencies)
      const untilNext = (await repository.untilNextMs()) ?? LOOK_MS_MAX
      return Math.max(Math.min(untilNext, LOOK_MS_MAX), LOOK_MS_MIN)
    } catch (error) {
      if (!signal.aborted) logger.warn({ err: error }, 'could not look at schedules')
      return LOOK_MS_MAX
    }
  }

  const loop = async () => {
    while (!signal.aborted) await wakeUp.wait(signal, await look())
  }
  const ended = loop()
  return {
    async stop() {
      stopping.abort()
      await ended
    },
  }
}
