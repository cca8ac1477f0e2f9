import { Cron } from 'croner'
import { ScheduleInvalidError } from './errors.ts'

/** When something is to happen. Sets no timer. */
export interface Occurrences {
  /** The first moment after `time`; undefined when there is none any more. */
  after(time: Date): Date | undefined
}

/** Reads a cron expression of five fields, or of six with seconds first, in a time zone's wall time. Throws ScheduleInvalidError. */
export const parseCron = (expression: string, timezone: string): Occurrences => {
  try {
    const cron = new Cron(expression, { timezone, paused: true })
    cron.nextRun()
    return { after: (time) => cron.nextRun(time) ?? undefined }
  } catch (error) {
    throw new ScheduleInvalidError(error instanceof Error ? error.message : String(error))
  }
}
