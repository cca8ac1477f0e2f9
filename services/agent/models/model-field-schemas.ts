import { t } from 'elysia'

const tokens = (description: string) => t.Optional(t.Integer({ minimum: 1, maximum: 100_000_000, description }))
// Not t.UnionEnum, which makes its first value the default of what is left out.
const capability = (description: string) =>
  t.Union([t.Literal('true'), t.Literal('false'), t.Literal('unknown')], { description })

/** Fields of a model that requests set and answers show. */
export const modelFields = {
  provider: t.Union(
    [
      t.Literal('openai'),
      t.Literal('rehearsal'),
      t.Literal('anthropic'),
      t.Literal('gemini'),
      t.Literal('ollama'),
      t.Literal('spark'),
    ],
    { description: 'Whose protocol it speaks; `openai` for everything compatible.' },
  ),
  kind: t.Union([t.Literal('chat'), t.Literal('embedding'), t.Literal('rerank')]),
  url: t.String({
    maxLength: 2_000,
    description: 'The full URL of the operation, or its base, such as one ending in /v1.',
  }),
  modelId: t.String({ minLength: 1, maxLength: 200, description: "The provider's name of the model." }),
  apiKey: t.String({ maxLength: 4_000, description: 'Stored encrypted, never shown again. Empty: none.' }),
  enabled: t.Boolean(),
  parameters: t.Record(t.String(), t.Unknown(), { description: "Further fields of the provider's request body." }),
  fallbacks: t.Array(t.String({ minLength: 1, maxLength: 100 }), {
    maxItems: 8,
    description:
      'Models of the same kind that answer, in order, when this one fails before anything of its answer was seen.',
  }),
  price: t.Nullable(
    t.Object({
      promptPerMillion: t.Number({ minimum: 0, maximum: 1_000_000, description: 'Per million prompt tokens.' }),
      completionPerMillion: t.Number({ minimum: 0, maximum: 1_000_000, description: 'Per million tokens of answers.' }),
      currency: t.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217.' }),
    }),
  ),
  limits: t.Object({
    concurrencyMax: t.Optional(
      t.Integer({ minimum: 1, maximum: 100_000, description: 'Calls at the same time, over all workers.' }),
    ),
    contextTokensMax: tokens('Prompt and answer together.'),
    outputTokensMax: tokens('Of one answer; a request for more is asked for this many.'),
    batchMax: t.Optional(t.Integer({ minimum: 1, maximum: 10_000, description: 'Texts or documents in one request.' })),
    dimensions: t.Optional(
      t.Integer({ minimum: 1, maximum: 100_000, description: 'Numbers in a vector; another count is refused.' }),
    ),
  }),
  capabilities: t.Object({
    tools: capability('Native function calling.'),
    images: capability('Sees pictures.'),
    reasoning: capability('Shows its thinking.'),
  }),
}
