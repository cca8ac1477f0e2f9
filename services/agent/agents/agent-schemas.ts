import { t } from 'elysia'
import type { BotConfig } from '../bots/bot-config.ts'
import type { Bot } from '../bots/bot-store.ts'

const example = {
  appId: 'starter',
  botId: 'helper',
  instruction: 'Answer in one sentence.',
  model: 'rehearsal',
  tools: ['calculator'],
}

const ID = { minLength: 1, maxLength: 64 }

export const AgentParams = t.Object({ botId: t.String({ ...ID, examples: ['starter'] }) })

export const AppQuery = t.Object({
  appId: t.Optional(
    t.String({ ...ID, description: 'Root only: the app; an app always means itself.', examples: ['starter'] }),
  ),
})

export const AgentListQuery = t.Composite([
  AppQuery,
  t.Object({
    after: t.Optional(t.String({ ...ID, description: 'The last id of the page before.' })),
    limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }),
  }),
])

const settable = {
  instruction: t.Optional(t.String({ maxLength: 100_000 })),
  model: t.Optional(t.String({ minLength: 1, maxLength: 200, description: 'Name of a saved model.' })),
  tools: t.Optional(t.Array(t.String(), { maxItems: 64, description: 'Ids of tools.' })),
}

export const NewAgentBody = t.Object(
  { botId: t.String(ID), ...settable, model: t.String({ minLength: 1, maxLength: 200 }) },
  {
    examples: [{ botId: example.botId, instruction: example.instruction, model: example.model, tools: example.tools }],
  },
)
export type NewAgentBody = typeof NewAgentBody.static

export const ChangeAgentBody = t.Object(settable, { examples: [{ instruction: 'Answer in rhymes.' }] })
export type ChangeAgentBody = typeof ChangeAgentBody.static

export const Agent = t.Object(
  {
    appId: t.String(),
    botId: t.String(),
    instruction: t.String(),
    model: t.String({ description: 'Name of a saved model, or the model id at the endpoint.' }),
    endpoint: t.Union([t.String(), t.Null()], { description: 'URL, when the agent brings its own model.' }),
    tools: t.Array(t.String()),
    createdAt: t.String({ format: 'date-time' }),
    updatedAt: t.String({ format: 'date-time' }),
  },
  {
    examples: [
      { ...example, endpoint: null, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
    ],
  },
)
export type Agent = typeof Agent.static

export const AgentPage = t.Object({ agents: t.Array(Agent), nextAfter: t.Nullable(t.String()) })

/** Bot to answer. Keys stay out. */
export const toAgent = ({ config, createdAt, updatedAt }: Bot): Agent => {
  const { plan } = config.model_config
  return {
    appId: config.app_id,
    botId: config.bot_id,
    instruction: config.model_config.instruct,
    model: plan.domain,
    endpoint: plan.api === '' ? null : plan.api,
    tools: config.tool_ids,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

/** The configuration with what the body says; naming a model drops an endpoint of its own. */
export const withChanges = (config: BotConfig, body: ChangeAgentBody): BotConfig => {
  const { model, instruction = config.model_config.instruct, tools = config.tool_ids } = body
  const { plan, summary } = config.model_config
  const named = model === undefined ? {} : { api: '', sk: '', domain: model }
  return {
    ...config,
    model_config: { instruct: instruction, plan: { ...plan, ...named }, summary: { ...summary, ...named } },
    tool_ids: tools,
  }
}
