import { t } from 'elysia'

/** Describe the wire's bodies in the OpenAPI document; read-chat-request.ts and read-custom-request.ts read them. */
const completionFields = {
  uid: t.Optional(t.String({ maxLength: 64 })),
  messages: t.Array(t.Object({ role: t.Union([t.Literal('user'), t.Literal('assistant')]), content: t.String() }), {
    description: 'User and assistant in turn, the user first and last.',
  }),
  stream: t.Optional(t.Boolean({ default: false })),
  meta_data: t.Optional(t.Object({ caller: t.Optional(t.String()), caller_sid: t.Optional(t.String()) })),
}

export const ChatBody = t.Object(
  { bot_id: t.String({ minLength: 1, maxLength: 64 }), ...completionFields },
  {
    examples: [{ bot_id: 'starter', stream: true, messages: [{ role: 'user', content: 'What is 12 * (3 + 4)?' }] }],
  },
)

export const CustomChatBody = t.Object(
  {
    ...completionFields,
    model_config: t.Object({
      domain: t.String({
        description: "The provider's name of the model; with an empty api, the name of a saved model.",
      }),
      api: t.String({ description: 'OpenAI-compatible base URL.' }),
      api_key: t.Optional(t.String()),
    }),
    instruction: t.Optional(t.Object({ reasoning: t.Optional(t.String()), answer: t.Optional(t.String()) })),
    plugin: t.Optional(
      t.Object({
        tools: t.Optional(
          t.Array(t.Union([t.String(), t.Object({ tool_id: t.String(), version: t.Optional(t.String()) })])),
        ),
        mcp_server_ids: t.Optional(t.Array(t.String())),
        mcp_server_urls: t.Optional(t.Array(t.String())),
        workflow_ids: t.Optional(t.Array(t.String())),
        knowledge: t.Optional(
          t.Array(
            t.Object({
              name: t.String({ minLength: 1, maxLength: 128 }),
              description: t.String({ maxLength: 1024 }),
              top_k: t.Integer({ minimum: 1, maximum: 5 }),
              repo_type: t.Integer({ minimum: 1, maximum: 2 }),
              match: t.Optional(
                t.Object({ repo_ids: t.Optional(t.Array(t.String())), doc_ids: t.Optional(t.Array(t.String())) }),
              ),
            }),
          ),
        ),
      }),
    ),
    max_loop_count: t.Integer({ description: '0: no tools, answer at once. At most 30 count.' }),
  },
  {
    examples: [
      {
        model_config: { domain: 'rehearsal', api: '' },
        instruction: { answer: 'Answer in one sentence.' },
        messages: [{ role: 'user', content: 'Hello' }],
        max_loop_count: 3,
      },
    ],
  },
)

export const ChatAnswer = t.Object(
  {
    id: t.String({ description: 'Session id.' }),
    choices: t.Array(t.Any()),
    created: t.Integer({ description: 'Milliseconds; seconds in the answer to an invalid request.' }),
    model: t.String(),
    object: t.String(),
    usage: t.Union([
      t.Object({ prompt_tokens: t.Integer(), completion_tokens: t.Integer(), total_tokens: t.Integer() }),
      t.Null(),
    ]),
    code: t.Integer({ description: '0 for success.' }),
    message: t.String({ description: 'success, or what went wrong and the session id.' }),
  },
  {
    description: 'One object, or with "stream": true server-sent events of chat.completion.chunk objects and [DONE].',
    examples: [
      {
        id: 'sag009c0001@or19a0b1c2d3e4f5802',
        choices: [
          {
            finish_reason: 'stop',
            index: 0,
            logprobs: null,
            message: { role: 'assistant', content: 'Hello.', tool_calls: [], reasoning_content: '' },
          },
        ],
        created: 1795347102032,
        model: 'rehearsal',
        object: 'chat.completion',
        usage: { prompt_tokens: 12, completion_tokens: 2, total_tokens: 14 },
        code: 0,
        message: 'success',
      },
    ],
  },
)
