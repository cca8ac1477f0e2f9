import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { requireAppOf } from '../runs/require-app.ts'
import type { ScheduleFireRow, ScheduleRow } from '../tables.ts'
import { parseCron } from './parse-cron.ts'
import { addSchedule, findOwnSchedule, replaceSchedule, type SaveScheduleDependencies } from './save-schedule.ts'
import { PutSchedule, Schedule, SchedulePage, TriggerParams, TriggerQuery } from './schedule-schemas.ts'

const FIRES_SHOWN_MAX = 50
const UPCOMING_SHOWN = 5

/** Flows that run at times. */
export const scheduleRoutes = (dependencies: SaveScheduleDependencies) =>
  new Elysia({ prefix: '/api/schedules', normalize: false, tags: ['triggers'] })
    .get(
      '',
      async ({ query, request }) => {
        const { appId } = readCaller(request.headers)
        const rows = await dependencies.schedules.list({ appId, beforeId: query.beforeId, limit: query.limit })
        const oldest = rows.length === query.limit ? rows.at(-1) : undefined
        return { schedules: rows.map(toSummary), nextBeforeId: oldest?.id ?? null }
      },
      { query: TriggerQuery, response: SchedulePage, detail: { summary: 'List schedules, newest first' } },
    )
    .get(
      '/:id',
      async ({ params, request }) =>
        describe(dependencies, await findOwnSchedule(dependencies.schedules, readCaller(request.headers), params.id)),
      {
        params: TriggerParams,
        response: Schedule,
        detail: { summary: 'Read a schedule with its next times and its last runs' },
      },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        const appId = requireAppOf(readCaller(request.headers))
        return status(201, await describe(dependencies, await addSchedule(dependencies, appId, body)))
      },
      {
        parse: 'json',
        body: PutSchedule,
        response: { 201: Schedule },
        detail: {
          summary: 'Run a published flow at times',
          description: 'Each time starts one run, with however many workers, and whichever of them dies.',
        },
      },
    )
    .put(
      '/:id',
      async ({ params, body, request }) => {
        const row = await findOwnSchedule(dependencies.schedules, readCaller(request.headers), params.id)
        return describe(dependencies, await replaceSchedule(dependencies, row, body))
      },
      {
        parse: 'json',
        params: TriggerParams,
        body: PutSchedule,
        response: Schedule,
        detail: { summary: 'Replace a schedule; its times are counted from now on' },
      },
    )
    .delete(
      '/:id',
      async ({ params, request }) => {
        const row = await findOwnSchedule(dependencies.schedules, readCaller(request.headers), params.id)
        await dependencies.schedules.remove(row.id)
        return new Response(null, { status: 204 })
      },
      { params: TriggerParams, detail: { summary: 'Delete a schedule; its runs stay' } },
    )

const toSummary = (row: ScheduleRow) => ({
  id: row.id,
  appId: row.appId,
  name: row.name,
  flowId: row.flowId,
  version: row.version,
  cron: row.cron,
  timezone: row.timezone,
  parameters: JSON.parse(row.parameters) as Record<string, unknown>,
  enabled: row.enabled,
  misfire: row.misfire,
  nextFireAt: row.nextFireAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

const describe = async ({ schedules }: SaveScheduleDependencies, row: ScheduleRow) => ({
  ...toSummary(row),
  upcoming: upcomingOf(row).map((time) => time.toISOString()),
  fires: (await schedules.fires(row.id, FIRES_SHOWN_MAX)).map(toFire),
})

const upcomingOf = (row: ScheduleRow): Date[] => {
  const occurrences = parseCron(row.cron, row.timezone)
  const times: Date[] = []
  for (let next = row.nextFireAt ?? undefined; next && times.length < UPCOMING_SHOWN; next = occurrences.after(next)) {
    times.push(next)
  }
  return times
}

const toFire = (fire: ScheduleFireRow) => ({
  fireAt: fire.fireAt.toISOString(),
  state: fire.state,
  runId: fire.runId || null,
  error: fire.error || null,
  missed: fire.missed,
})
