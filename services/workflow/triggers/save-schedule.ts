import type { Caller } from '#shared/http/caller.ts'
import { mayUse } from '#shared/http/caller.ts'
import { type PrepareRunDependencies, prepareRun } from '../runs/prepare-run.ts'
import type { ScheduleRow } from '../tables.ts'
import { ScheduleInvalidError, ScheduleNotFoundError } from './errors.ts'
import { parseCron } from './parse-cron.ts'
import type { ScheduleRepository } from './schedule-repository.ts'
import type { PutSchedule } from './schedule-schemas.ts'

export interface SaveScheduleDependencies extends PrepareRunDependencies {
  schedules: ScheduleRepository
  nextId(): string
}

/** The schedule, when it exists and the caller may see it. */
export const findOwnSchedule = async (
  schedules: ScheduleRepository,
  caller: Caller,
  id: string,
): Promise<ScheduleRow> => {
  const row = await schedules.find(id)
  if (!row || !mayUse(caller, row.appId)) throw new ScheduleNotFoundError(id)
  return row
}

/** Refuses now what every run would be refused for: an unknown flow, wrong parameters, a schedule without times. */
export const addSchedule = async (
  dependencies: SaveScheduleDependencies,
  appId: string,
  wanted: PutSchedule,
): Promise<ScheduleRow> =>
  dependencies.schedules.insert({ id: dependencies.nextId(), appId, ...(await toColumns(dependencies, appId, wanted)) })

/** Times are counted from now on: what was due under the old schedule and not begun is dropped. */
export const replaceSchedule = async (
  dependencies: SaveScheduleDependencies,
  row: ScheduleRow,
  wanted: PutSchedule,
): Promise<ScheduleRow> => {
  const updated = await dependencies.schedules.update(row.id, await toColumns(dependencies, row.appId, wanted))
  if (!updated) throw new ScheduleNotFoundError(row.id)
  return updated
}

const toColumns = async (dependencies: SaveScheduleDependencies, appId: string, wanted: PutSchedule) => {
  const { parameters, flowId, version } = wanted
  const next = parseCron(wanted.cron, wanted.timezone).after(new Date())
  if (!next) throw new ScheduleInvalidError('none is in the future')
  await prepareRun(dependencies, {
    mode: 'release',
    flowId,
    version,
    appId,
    caller: { role: 'app', appId },
    uid: '',
    chatId: '',
    history: [],
    parameters,
    mocks: {},
    mockBranches: {},
  })
  return { ...wanted, parameters: JSON.stringify(parameters), nextFireAt: wanted.enabled ? next : null }
}
