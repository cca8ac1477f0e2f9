import { AppError } from '#shared/errors/app-error.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { AppDirectory } from '../flows/app-directory.ts'
import { type AcceptRunDependencies, enqueueOnce } from '../runs/accept-run.ts'
import { type PrepareRunDependencies, prepareRun } from '../runs/prepare-run.ts'
import type { ScheduleFireRow, ScheduleRow } from '../tables.ts'
import { planTurn } from './occurrences-policy.ts'
import { type Occurrences, parseCron } from './parse-cron.ts'
import { requireActiveApp } from './require-active-app.ts'
import { createScheduleRepository, type NewFire } from './schedule-repository.ts'

/** Schedules handled in one transaction. */
const SCHEDULES_PER_TURN_MAX = 32
/** An occurrence that its worker did not settle within this time is taken up by another. */
const PENDING_MS_MAX = 3_000
const PENDING_PER_TURN_MAX = 100
/** Who runs of schedules say that asked for them. */
const SCHEDULE_UID = 'schedule'

export interface FireSchedulesDependencies extends AcceptRunDependencies, PrepareRunDependencies {
  apps: AppDirectory
  database: Database
  logger: Logger
}

/**
 * Begins what is due. An occurrence becomes a row, with the id that its run will have, in the transaction that moves its schedule on: so no two
 * workers begin it and none is forgotten. Its run is queued under that id afterwards, by whoever comes to it, and exists once whoever tries.
 *
 * @returns whether more may be due
 */
export const fireDueSchedules = async (dependencies: FireSchedulesDependencies): Promise<boolean> => {
  const begun = await dependencies.database.transaction(async (transaction) => {
    const repository = createScheduleRepository(transaction)
    const due = await repository.lockDue(SCHEDULES_PER_TURN_MAX)
    const all: { schedule: ScheduleRow; fires: ScheduleFireRow[] }[] = []
    for (const { schedule, now } of due) {
      const turn = planFires(dependencies, schedule, now)
      const fires = await repository.addFires(turn.fires)
      await repository.setNext(schedule.id, turn.next ?? null)
      all.push({ schedule, fires })
    }
    return all
  })
  const pending = begun.flatMap(({ schedule, fires }) =>
    fires.filter(({ state }) => state === 'pending').map((fire) => ({ schedule, fire })),
  )
  await startAll(dependencies, pending)
  return begun.length > 0
}

/** Takes up what other workers began and did not settle. */
export const startLeftFires = async (dependencies: FireSchedulesDependencies): Promise<void> => {
  const repository = createScheduleRepository(dependencies.database)
  await startAll(dependencies, await repository.pendingSince(PENDING_MS_MAX, PENDING_PER_TURN_MAX))
}

const planFires = (
  { journal, logger }: FireSchedulesDependencies,
  schedule: ScheduleRow,
  now: Date,
): { fires: NewFire[]; next: Date | undefined } => {
  const { cron, timezone, misfire } = schedule
  const occurrences = readTimes(cron, timezone)
  if (!occurrences) {
    logger.error({ scheduleId: schedule.id, cron, timezone }, 'schedule cannot be read any more, it stands still')
    return { fires: [], next: undefined }
  }
  const turn = planTurn(occurrences, { next: schedule.nextFireAt ?? now, now, misfire })
  const fires = turn.fires.map((fire) => ({
    ...fire,
    scheduleId: schedule.id,
    runId: fire.state === 'pending' ? journal.nextRunId() : '',
  }))
  return { fires, next: turn.next }
}

/** Undefined for what was accepted once and is not understood any more (a zone that was abolished): it must not hold up the others. */
const readTimes = (cron: string, timezone: string): Occurrences | undefined => {
  try {
    return parseCron(cron, timezone)
  } catch {
    return undefined
  }
}

const startAll = (
  dependencies: FireSchedulesDependencies,
  pending: readonly { schedule: ScheduleRow; fire: ScheduleFireRow }[],
) => Promise.all(pending.map(({ schedule, fire }) => startFire(dependencies, schedule, fire)))

const startFire = async (
  dependencies: FireSchedulesDependencies,
  schedule: ScheduleRow,
  fire: ScheduleFireRow,
): Promise<void> => {
  const repository = createScheduleRepository(dependencies.database)
  try {
    await requireActiveApp(dependencies.apps, schedule.appId)
    const prepared = await prepareRun(dependencies, {
      mode: 'release',
      flowId: schedule.flowId,
      version: schedule.version,
      appId: schedule.appId,
      caller: { role: 'app', appId: schedule.appId },
      uid: SCHEDULE_UID,
      chatId: '',
      history: [],
      parameters: JSON.parse(schedule.parameters) as Record<string, unknown>,
      mocks: {},
      mockBranches: {},
    })
    await enqueueOnce(dependencies, fire.runId, prepared)
    await repository.settleFire(fire, { state: 'started' })
  } catch (error) {
    const context = { scheduleId: schedule.id, fireAt: fire.fireAt, err: error }
    if (!(error instanceof AppError) || error.retryable || error.code.startsWith('JOURNAL_')) {
      dependencies.logger.warn(context, 'scheduled run could not be started, it is tried again')
      return
    }
    dependencies.logger.warn(context, 'scheduled run was refused')
    await repository.settleFire(fire, { state: 'refused', error: `${error.code}: ${error.message}` })
  }
}
