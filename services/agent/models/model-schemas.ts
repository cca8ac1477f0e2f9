import { t } from 'elysia'
import type { ModelRow } from '#shared/models/model-repository.ts'
import { modelFields } from './model-field-schemas.ts'

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
  fallbacks: ['local'],
  price: { promptPerMillion: 0.25, completionPerMillion: 2, currency: 'USD' },
  limits: { concurrencyMax: 50, contextTokensMax: 400_000, outputTokensMax: 128_000 },
  capabilities: { tools: 'true' as const, images: 'true' as const, reasoning: 'true' as const },
}
const moments = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }
const shownExample = { id: '0199b2e0-0000-7000-8000-000000000000', ...example, hasApiKey: true, ...moments }

export const ModelName = t.Object({ name: t.String({ minLength: 1, maxLength: 100, examples: ['rehearsal'] }) })

export const ModelListQuery = t.Object({
  after: t.Optional(t.String({ maxLength: 100, description: 'The `nextAfter` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: 1_000, default: 200 }),
  kind: t.Optional(modelFields.kind),
})

const { provider, kind, ...settable } = modelFields
const settings = t.Partial(t.Object(settable)).properties

export const NewModelBody = t.Object(
  {
    name: t.String(NAME),
    provider: t.Optional(provider),
    kind: t.Optional(kind),
    ...settings,
  },
  { examples: [{ ...example, apiKey: 'sk-…' }] },
)
export type NewModelBody = typeof NewModelBody.static

export const ChangeModelBody = t.Object(settings, { examples: [{ enabled: false }] })
export type ChangeModelBody = typeof ChangeModelBody.static

/** Settings that are tried without being saved. */
export const TryModelBody = t.Object(
  {
    name: t.Optional(
      t.String({
        maxLength: 100,
        description: 'A saved model whose settings hold where this body says nothing, its key above all.',
      }),
    ),
    provider: t.Optional(provider),
    kind: t.Optional(kind),
    ...t.Pick(t.Partial(t.Object(settable)), ['url', 'modelId', 'apiKey', 'parameters', 'limits']).properties,
  },
  { examples: [{ provider: 'openai', url: 'https://api.openai.com/v1', modelId: 'gpt-5-mini', apiKey: 'sk-…' }] },
)
export type TryModelBody = typeof TryModelBody.static

const publicFields = {
  name: t.String(),
  provider,
  kind,
  modelId: t.String(),
  fallbacks: t.Array(t.String()),
  price: modelFields.price,
  limits: modelFields.limits,
  capabilities: modelFields.capabilities,
}

/** What administrators see; apps see no address and no parameters. */
export const Model = t.Object(
  {
    ...publicFields,
    id: t.String(),
    url: t.String(),
    hasApiKey: t.Boolean(),
    enabled: t.Boolean(),
    parameters: t.Record(t.String(), t.Unknown()),
    createdAt: t.String({ format: 'date-time' }),
    updatedAt: t.String({ format: 'date-time' }),
  },
  { examples: [shownExample] },
)
export type Model = typeof Model.static

export const ListedModel = t.Object(publicFields)
export type ListedModel = typeof ListedModel.static

export const ModelPage = t.Object(
  { models: t.Array(t.Union([Model, ListedModel])), nextAfter: t.Nullable(t.String()) },
  { examples: [{ models: [shownExample], nextAfter: null }] },
)

/** Row to answer, for administrators. The key stays out. */
export const toModel = (row: ModelRow): Model => ({
  ...toListedModel(row),
  id: row.id,
  url: row.url,
  hasApiKey: row.apiKeyEncrypted !== '',
  enabled: row.enabled,
  parameters: row.parameters,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

/** Row to answer, for apps. */
export const toListedModel = ({
  name,
  provider,
  kind,
  modelId,
  fallbacks,
  price,
  limits,
  capabilities,
}: ModelRow): ListedModel => ({
  ...{ name, provider, kind, modelId, fallbacks, price, limits, capabilities },
})
