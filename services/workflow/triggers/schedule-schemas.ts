import { t } from 'elysia'
import { FLOW_ID_PATTERN } from '../runs/run-command-schemas.ts'

const fields = {
  name: t.String({ minLength: 1, maxLength: 128 }),
  flowId: t.String({ pattern: FLOW_ID_PATTERN }),
  version: t.String({ default: '', maxLength: 255, description: 'Empty: the newest published one at each time.' }),
  cron: t.String({
    minLength: 1,
    maxLength: 200,
    description: 'Five cron fields, or six with seconds first; L, W, # and names are understood.',
  }),
  timezone: t.String({ default: 'UTC', maxLength: 64, description: 'IANA name, such as Europe/Berlin.' }),
  parameters: t.Record(t.String(), t.Unknown(), { default: {} }),
  enabled: t.Boolean({ default: true }),
  misfire: t.UnionEnum(['skip', 'run-once'], {
    default: 'skip',
    description: 'What becomes of times that were missed by more than a minute: nothing, or one run for all of them.',
  }),
}
const example = {
  name: 'Morning report',
  flowId: '101',
  version: '',
  cron: '0 8 * * MON-FRI',
  timezone: 'Europe/Berlin',
  parameters: { AGENT_USER_INPUT: 'Report' },
  enabled: true,
  misfire: 'skip',
}
const shownExample = {
  ...example,
  id: '7393258312345678849',
  appId: 'starter',
  nextFireAt: '2026-01-05T07:00:00.000Z',
  createdAt: '2026-01-02T03:04:05.678Z',
  updatedAt: '2026-01-02T03:04:05.678Z',
}

export const PutSchedule = t.Object(fields, { examples: [example] })
export type PutSchedule = typeof PutSchedule.static

const shown = {
  id: t.String(),
  appId: t.String(),
  ...fields,
  nextFireAt: t.Nullable(t.String()),
  createdAt: t.String(),
  updatedAt: t.String(),
}

export const SchedulePage = t.Object(
  {
    schedules: t.Array(t.Object(shown)),
    /** Pass it as `beforeId` to get the next page; null on the last one. */
    nextBeforeId: t.Nullable(t.String()),
  },
  { examples: [{ schedules: [shownExample], nextBeforeId: null }] },
)

export const Schedule = t.Object(
  {
    ...shown,
    upcoming: t.Array(t.String(), { description: 'The next times.' }),
    fires: t.Array(
      t.Object({
        fireAt: t.String(),
        state: t.UnionEnum(['pending', 'started', 'refused', 'skipped']),
        runId: t.Nullable(t.String()),
        error: t.Nullable(t.String()),
        missed: t.Integer({ description: 'How many missed times a skipped one stands for, at least.' }),
      }),
      { description: 'What became of the last times, newest first.' },
    ),
  },
  {
    examples: [
      {
        ...shownExample,
        upcoming: ['2026-01-05T07:00:00.000Z', '2026-01-06T07:00:00.000Z'],
        fires: [
          {
            fireAt: '2026-01-02T07:00:00.000Z',
            state: 'started',
            runId: '7393258312345678850',
            error: null,
            missed: 0,
          },
        ],
      },
    ],
  },
)

export const TriggerParams = t.Object({ id: t.String({ pattern: '^\\d{1,19}$', examples: ['7393258312345678849'] }) })

/** Rows of one page at most. */
export const TRIGGERS_PER_PAGE_MAX = 200

export const TriggerQuery = t.Object({
  beforeId: t.Optional(t.String({ pattern: '^\\d{1,19}$', examples: ['7393258312345678849'] })),
  limit: t.Integer({ minimum: 1, maximum: TRIGGERS_PER_PAGE_MAX, default: 50 }),
})
