import { t } from 'elysia'
import { FLOW_ID_PATTERN } from '../runs/run-command-schemas.ts'
import { RunState } from '../runs/run-schemas.ts'

const CALLS_PER_MINUTE_LIMIT = 60_000
const CALLS_PER_MINUTE_DEFAULT = 600
/** A request of ours is never quiet for longer than proxies allow. */
const WAIT_SECONDS_MAX = 50

const fields = {
  name: t.String({ minLength: 1, maxLength: 128 }),
  flowId: t.String({ pattern: FLOW_ID_PATTERN }),
  version: t.String({ default: '', maxLength: 255, description: 'Empty: the newest published one at each call.' }),
  bodyParameter: t.Nullable(t.String({ minLength: 1, maxLength: 255 }), {
    default: null,
    description: 'The parameter that takes the whole body. Null: fields of a JSON body are parameters by name.',
  }),
  parameters: t.Record(t.String(), t.Unknown(), {
    default: {},
    description: 'Parameters that the body does not give.',
  }),
  callsPerMinuteMax: t.Integer({ minimum: 1, maximum: CALLS_PER_MINUTE_LIMIT, default: CALLS_PER_MINUTE_DEFAULT }),
  signed: t.Boolean({
    default: false,
    description: 'Demand `X-Hub-Signature-256`: an HMAC-SHA-256 of the body with a secret that the answer tells once.',
  }),
}
const example = {
  name: 'Pushes',
  flowId: '101',
  version: '',
  bodyParameter: 'AGENT_USER_INPUT',
  parameters: {},
  callsPerMinuteMax: 600,
  signed: true,
}
const shown = { id: t.String(), appId: t.String(), ...fields, createdAt: t.String() }
const shownExample = { ...example, id: '7393258312345678849', appId: 'starter', createdAt: '2026-01-02T03:04:05.678Z' }

export const CreateWebhook = t.Object(fields, { examples: [example] })
export type CreateWebhook = typeof CreateWebhook.static

export const Webhook = t.Object(shown, { examples: [shownExample] })

export const CreatedWebhook = t.Object(
  {
    ...shown,
    path: t.String({ description: 'Where to send deliveries. Whoever knows it may start runs; it is shown once.' }),
    secret: t.Nullable(t.String({ description: 'What signatures are made with; shown once.' })),
  },
  {
    examples: [
      {
        ...shownExample,
        path: '/api/hooks/0SBS9nXVXnDZ1Jv2cW2cFkqo5dUGRwBzCZ1JpIeGpt0',
        secret: 'mEe6cLq3nX5T3Vd1v3n0b1H2yQF8kq8d2mG1nQpJ9rU',
      },
    ],
  },
)

export const WebhookPage = t.Object(
  {
    webhooks: t.Array(Webhook),
    /** Pass it as `beforeId` to get the next page; null on the last one. */
    nextBeforeId: t.Nullable(t.String()),
  },
  { examples: [{ webhooks: [shownExample], nextBeforeId: null }] },
)

export const HookParams = t.Object({ token: t.String({ minLength: 1, maxLength: 64, examples: ['0SBS9nXVXnDZ1J'] }) })

export const HookQuery = t.Object({
  wait: t.Integer({
    minimum: 0,
    maximum: WAIT_SECONDS_MAX,
    default: 0,
    description: 'Seconds to wait for the end of the run.',
  }),
})

export const HookAnswer = t.Object(
  {
    id: t.String({ description: 'The run.' }),
    state: RunState,
    result: t.Nullable(t.Object({ content: t.String(), reasoning: t.String() })),
    error: t.Nullable(t.Object({ code: t.Integer(), message: t.String() })),
  },
  {
    examples: [
      {
        id: '7393258312345678849',
        state: 'completed',
        result: { content: 'You said: Hello', reasoning: '' },
        error: null,
      },
    ],
  },
)
