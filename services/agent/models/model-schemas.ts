import { t } from 'elysia'
import type { ModelRow } from '#shared/models/model-repository.ts'

const NAME = {
  minLength: 1,
  maxLength: 100,
  pattern: '^[^\\s/:]+$',
  description: 'Letters without space, slash or colon.',
}

const example = {
  name: 'gpt',
  provider: 'openai' as const,
  kind: 'chat' as const,
  url: 'https://api.openai.com/v1',
  modelId: 'gpt-5-mini',
  enabled: true,
  parameters: { temperature: 0.2 },
}

export const ModelName = t.Object({ name: t.String({ minLength: 1, maxLength: 100, examples: ['rehearsal'] }) })

const settable = {
  url: t.Optional(t.String({ maxLength: 2_000, description: 'Chat-completions URL, or its base ending in /v1.' })),
  modelId: t.Optional(t.String({ minLength: 1, maxLength: 200, description: "The provider's name of the model." })),
  apiKey: t.Optional(t.String({ maxLength: 4_000, description: 'Stored encrypted, never shown again. Empty: none.' })),
  enabled: t.Optional(t.Boolean()),
  parameters: t.Optional(
    t.Record(t.String(), t.Unknown(), { description: "Further fields of the provider's request body." }),
  ),
}

export const NewModelBody = t.Object(
  {
    name: t.String(NAME),
    provider: t.Optional(t.Union([t.Literal('openai'), t.Literal('rehearsal')], { default: 'openai' })),
    ...settable,
  },
  { examples: [{ ...example, apiKey: 'sk-…' }] },
)
export type NewModelBody = typeof NewModelBody.static

export const ChangeModelBody = t.Object(settable, { examples: [{ enabled: false }] })
export type ChangeModelBody = typeof ChangeModelBody.static

export const Model = t.Object(
  {
    id: t.String(),
    name: t.String(),
    provider: t.UnionEnum(['openai', 'rehearsal', 'anthropic', 'gemini', 'ollama', 'spark']),
    kind: t.UnionEnum(['chat', 'embedding', 'rerank']),
    url: t.String(),
    modelId: t.String(),
    hasApiKey: t.Boolean(),
    enabled: t.Boolean(),
    parameters: t.Record(t.String(), t.Unknown()),
    createdAt: t.String({ format: 'date-time' }),
    updatedAt: t.String({ format: 'date-time' }),
  },
  {
    examples: [
      {
        id: '0199b2e0-0000-7000-8000-000000000000',
        ...example,
        hasApiKey: true,
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)
export type Model = typeof Model.static

export const ModelList = t.Object({ models: t.Array(Model) })

export const ModelTest = t.Object(
  {
    text: t.String({ description: 'How the model answered.' }),
    firstTokenMs: t.Number(),
    totalMs: t.Number(),
    usage: t.Object({ promptTokens: t.Integer(), completionTokens: t.Integer(), totalTokens: t.Integer() }),
  },
  {
    examples: [
      {
        text: 'OK',
        firstTokenMs: 212.5,
        totalMs: 240.1,
        usage: { promptTokens: 9, completionTokens: 1, totalTokens: 10 },
      },
    ],
  },
)

/** Row to answer. The key stays out. */
export const toModel = (row: ModelRow): Model => ({
  id: row.id,
  name: row.name,
  provider: row.provider,
  kind: row.kind,
  url: row.url,
  modelId: row.modelId,
  hasApiKey: row.apiKeyEncrypted !== '',
  enabled: row.enabled,
  parameters: row.parameters,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
