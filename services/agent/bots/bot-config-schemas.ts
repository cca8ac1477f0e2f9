import { t } from 'elysia'

/** Describes the wire's bodies in the OpenAPI document; read-bot-config.ts reads them. */
const BotModelSchema = t.Object({
  api: t.Optional(
    t.String({ description: 'Base URL of an OpenAI-compatible endpoint; empty: domain names a saved model.' }),
  ),
  domain: t.Optional(t.String({ description: "The provider's name of the model, or the name of a saved model." })),
  sk: t.Optional(t.String({ description: 'Key for api.' })),
  parameter: t.Optional(
    t.Object({
      max_tokens: t.Optional(t.Integer({ default: 2048 })),
      question_type: t.Optional(t.String({ default: 'not_knowledge' })),
      temperature: t.Optional(t.Number({ default: 0.5 })),
      top_k: t.Optional(t.Integer({ default: 4 })),
    }),
  ),
  patch_id: t.Optional(t.Array(t.String())),
  support_function_call: t.Optional(t.Boolean({ default: false })),
})

const example = {
  app_id: 'starter',
  bot_id: 'assistant',
  model_config: {
    instruct: 'Answer in one sentence.',
    plan: { api: '', domain: 'rehearsal' },
    summary: { api: '', domain: 'rehearsal' },
  },
  regular_config: {},
  tool_ids: ['current-time', 'calculator'],
}

export const BotConfigBody = t.Object(
  {
    app_id: t.String({ minLength: 1, maxLength: 64 }),
    bot_id: t.String({ minLength: 1, maxLength: 64 }),
    knowledge_config: t.Optional(
      t.Object({
        score_threshold: t.Optional(t.Number({ default: 0.3 })),
        top_k: t.Optional(t.Integer({ default: 3 })),
      }),
    ),
    model_config: t.Object({
      instruct: t.Optional(t.String({ default: '' })),
      plan: t.Optional(BotModelSchema),
      summary: t.Optional(BotModelSchema),
    }),
    regular_config: t.Object({
      match: t.Optional(t.Object({ repoId: t.Optional(t.Array(t.String())), docId: t.Optional(t.Array(t.String())) })),
      rag: t.Optional(t.Object({ type: t.Optional(t.String({ default: 'AIUI-RAG2' })) })),
    }),
    tool_ids: t.Optional(t.Array(t.String())),
    mcp_server_ids: t.Optional(t.Array(t.String())),
    mcp_server_urls: t.Optional(t.Array(t.String())),
    flow_ids: t.Optional(t.Array(t.String())),
  },
  { examples: [example] },
)

export const BotConfigQuery = t.Object({
  app_id: t.String({ minLength: 1, maxLength: 64, examples: ['starter'] }),
  bot_id: t.String({ minLength: 1, maxLength: 64, examples: ['starter'] }),
})

export const BotConfigEnvelope = t.Object(
  {
    code: t.Integer({ description: '0: success; 40001: no such bot; 40053: exists already; 40002: invalid request.' }),
    message: t.String(),
    data: t.Union([BotConfigBody, t.Null()]),
  },
  { examples: [{ code: 0, message: 'success', data: example }] },
)
