import { t } from 'elysia'
import type { Bot } from '../bots/bot-store.ts'
import * as field from './agent-field-schemas.ts'
import { DEFAULT_SETTINGS } from './agent-settings.ts'

const example = {
  botId: 'helper',
  instruction: 'Answer in one sentence.',
  model: 'rehearsal',
  tools: [{ kind: 'builtin' as const, id: 'calculator' }],
}

const ID = { minLength: 1, maxLength: 64 }

export const AgentParams = t.Object({ botId: t.String({ ...ID, examples: ['starter'] }) })

export const AppQuery = t.Object({
  appId: t.Optional(
    t.String({ ...ID, description: 'Root only: the app; an app always means itself.', examples: ['starter'] }),
  ),
})

/** `draft`, `published`, or the number of a version. */
export const Which = t.String({
  pattern: '^(draft|published|[1-9]\\d{0,8})$',
  description: '`draft`, `published`, or the number of a version.',
  examples: ['draft'],
})

export const AgentQuery = t.Composite([AppQuery, t.Object({ version: t.Optional(Which) })])

export const AgentListQuery = t.Composite([
  AppQuery,
  t.Object({
    after: t.Optional(t.String({ ...ID, description: 'The last id of the page before.' })),
    limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }),
  }),
])

const settable = {
  instruction: t.Optional(field.Instruction),
  answerInstruction: t.Optional(
    t.Nullable(field.Instruction, {
      description: 'What is asked of it when it answers without tools; null: the same.',
    }),
  ),
  model: t.Optional(field.ModelName),
  answerModel: t.Optional(t.Nullable(field.ModelName, { description: 'Who answers without tools; null: the same.' })),
  fallbackModels: t.Optional(field.FallbackModels),
  temperature: t.Optional(field.Temperature),
  maxTokens: t.Optional(field.MaxTokens),
  tools: t.Optional(field.ToolsOrIds),
  calling: t.Optional(field.Calling),
  approval: t.Optional(field.Approval),
  limits: t.Optional(field.Limits),
  cite: t.Optional(t.Boolean({ description: 'Answers name the passages of knowledge that they rest on.' })),
  onBrokenSource: t.Optional(
    t.Union([t.Literal('fail'), t.Literal('degrade')], {
      description: 'What a source of tools that cannot be reached means: a failed turn, or one without it.',
    }),
  ),
  memory: t.Optional(field.Memory),
  opening: t.Optional(field.Opening),
}

export const NewAgentBody = t.Object(
  {
    botId: t.String({ ...ID, pattern: '^[^\\u0000-\\u001f/]+$' }),
    ...settable,
    model: field.ModelName,
    publish: t.Boolean({ default: true, description: 'False: a draft that chats do not find yet.' }),
  },
  { examples: [example] },
)
export type NewAgentBody = typeof NewAgentBody.static

export const ChangeAgentBody = t.Object(settable, { examples: [{ instruction: 'Answer in rhymes.' }] })
export type ChangeAgentBody = typeof ChangeAgentBody.static

export const Agent = t.Object(
  {
    appId: t.String(),
    botId: t.String(),
    version: t.Nullable(t.Integer(), { description: 'The number of this version; null for the draft.' }),
    revision: t.Integer({
      description: 'Counts the changes of the draft; send it as If-Match to change that one only.',
    }),
    publishedVersion: t.Nullable(t.Integer(), { description: 'The version that chats use.' }),
    hasUnpublishedChanges: t.Boolean(),
    instruction: t.String(),
    answerInstruction: t.Nullable(t.String()),
    model: t.String({ description: 'Name of a saved model, or the model id at the endpoint.' }),
    endpoint: t.Nullable(t.String(), { description: 'URL, when the agent brings its own model.' }),
    answerModel: t.Nullable(t.String()),
    answerEndpoint: t.Nullable(t.String()),
    fallbackModels: t.Array(t.String()),
    temperature: t.Number(),
    maxTokens: t.Integer(),
    tools: t.Array(t.Any({ description: 'As they were set: {kind, …}.' })),
    calling: field.Calling,
    approval: field.Approval,
    limits: t.Any(),
    cite: t.Boolean(),
    onBrokenSource: t.String(),
    memory: t.Any(),
    opening: t.Object({ text: t.String(), questions: t.Array(t.String()) }),
    createdAt: t.String({ format: 'date-time' }),
    updatedAt: t.String({ format: 'date-time' }),
  },
  {
    examples: [
      {
        appId: 'starter',
        ...example,
        version: null,
        revision: 1,
        publishedVersion: 1,
        hasUnpublishedChanges: false,
        answerInstruction: null,
        endpoint: null,
        answerModel: null,
        answerEndpoint: null,
        fallbackModels: [],
        temperature: 0.5,
        maxTokens: 2048,
        calling: 'auto' as const,
        approval: 'never' as const,
        limits: DEFAULT_SETTINGS.limits,
        cite: false,
        onBrokenSource: 'degrade',
        memory: DEFAULT_SETTINGS.memory,
        opening: { text: 'What shall we compute?', questions: ['What is 12 * 7?'] },
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)
export type Agent = typeof Agent.static

export const AgentPage = t.Object({ agents: t.Array(Agent), nextAfter: t.Nullable(t.String()) })

/** Agent to answer. Keys stay out. */
export const toAgent = (bot: Bot): Agent => {
  const { wire: _wire, model, answerModel, ...settings } = bot.content.settings
  return {
    appId: bot.appId,
    botId: bot.botId,
    version: bot.version,
    revision: bot.revision,
    publishedVersion: bot.publishedVersion,
    hasUnpublishedChanges: bot.hasUnpublishedChanges,
    ...settings,
    model: model.name,
    endpoint: model.url === '' ? null : model.url,
    answerModel: answerModel?.name ?? null,
    answerEndpoint: answerModel?.url || null,
    temperature: model.temperature,
    maxTokens: model.maxTokens,
    createdAt: bot.createdAt.toISOString(),
    updatedAt: bot.updatedAt.toISOString(),
  }
}
