import { t } from 'elysia'

const ContentPart = t.Object({
  type: t.String({ description: '`text` or `image_url`.' }),
  text: t.Optional(t.String()),
  image_url: t.Optional(
    t.Object({ url: t.String({ pattern: '^(https:|data:image/)', description: 'https: or data: URL.' }) }),
  ),
})
const Content = t.Union([t.String(), t.Null(), t.Array(ContentPart)])

const ToolCallBody = t.Object({
  id: t.String(),
  type: t.Optional(t.Literal('function')),
  function: t.Object({ name: t.String(), arguments: t.String() }),
})

const Message = t.Object({
  role: t.Union([
    t.Literal('system'),
    t.Literal('developer'),
    t.Literal('user'),
    t.Literal('assistant'),
    t.Literal('tool'),
  ]),
  content: t.Optional(Content),
  tool_calls: t.Optional(t.Array(ToolCallBody)),
  tool_call_id: t.Optional(t.String()),
})
export type OpenAiMessage = typeof Message.static

const MESSAGES_MAX = 2_000

export const CompletionBody = t.Object(
  {
    model: t.String({ minLength: 1, description: 'Name of a saved model, agent:<bot id> or flow:<flow id>.' }),
    messages: t.Array(Message, { minItems: 1, maxItems: MESSAGES_MAX }),
    stream: t.Optional(t.Union([t.Boolean(), t.Null()])),
    stream_options: t.Optional(t.Union([t.Object({ include_usage: t.Optional(t.Boolean()) }), t.Null()])),
    temperature: t.Optional(t.Number({ minimum: 0, maximum: 2 })),
    max_tokens: t.Optional(t.Integer({ minimum: 1 })),
    max_completion_tokens: t.Optional(t.Integer({ minimum: 1 })),
    tools: t.Optional(
      t.Array(
        t.Object({
          type: t.Literal('function'),
          function: t.Object({
            name: t.String({ minLength: 1 }),
            description: t.Optional(t.String()),
            parameters: t.Optional(t.Record(t.String(), t.Unknown())),
          }),
        }),
        { maxItems: 128 },
      ),
    ),
    tool_choice: t.Optional(t.Unknown()),
    top_p: t.Optional(t.Number()),
    stop: t.Optional(t.Unknown()),
    seed: t.Optional(t.Unknown()),
    presence_penalty: t.Optional(t.Number()),
    frequency_penalty: t.Optional(t.Number()),
    response_format: t.Optional(t.Unknown()),
    parallel_tool_calls: t.Optional(t.Unknown()),
    reasoning_effort: t.Optional(t.Unknown()),
    logit_bias: t.Optional(t.Unknown()),
    n: t.Optional(t.Union([t.Literal(1), t.Null()], { description: 'One answer a request.' })),
    metadata: t.Optional(
      t.Union([t.Record(t.String(), t.String()), t.Null()], {
        description:
          'For a flow: values of its further inputs; `orrery_event_id` names the question that the last message answers.',
      }),
    ),
    user: t.Optional(t.String()),
  },
  { examples: [{ model: 'rehearsal', messages: [{ role: 'user', content: 'Hello' }], stream: true }] },
)
export type CompletionBody = typeof CompletionBody.static

const Usage = t.Object({ prompt_tokens: t.Integer(), completion_tokens: t.Integer(), total_tokens: t.Integer() })

export const Completion = t.Object(
  {
    id: t.String(),
    object: t.Literal('chat.completion'),
    created: t.Integer({ description: 'Seconds since 1970.' }),
    model: t.String(),
    choices: t.Array(
      t.Object({
        index: t.Integer(),
        message: t.Object({
          role: t.Literal('assistant'),
          content: t.Union([t.String(), t.Null()]),
          reasoning_content: t.Optional(t.String()),
          tool_calls: t.Optional(t.Array(ToolCallBody)),
          refusal: t.Null(),
        }),
        finish_reason: t.String(),
        logprobs: t.Null(),
      }),
    ),
    usage: Usage,
    orrery_event_id: t.Optional(
      t.String({ description: 'The answer is a question of a flow, which waits under this id.' }),
    ),
  },
  {
    description: 'With "stream": true server-sent events of chat.completion.chunk objects and [DONE].',
    examples: [
      {
        id: 'chatcmpl-0199b2e000007000800000000000000',
        object: 'chat.completion',
        created: 1795347102,
        model: 'rehearsal',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Hello.', refusal: null },
            finish_reason: 'stop',
            logprobs: null,
          },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
      },
    ],
  },
)
export type Completion = typeof Completion.static

export const ListedModel = t.Object(
  {
    id: t.String(),
    object: t.Literal('model'),
    created: t.Integer({ description: 'Seconds since 1970.' }),
    owned_by: t.String(),
  },
  { examples: [{ id: 'rehearsal', object: 'model', created: 1795347102, owned_by: 'orrery' }] },
)
export type ListedModel = typeof ListedModel.static

export const ModelParams = t.Object({ model: t.String({ minLength: 1, examples: ['rehearsal'] }) })

export const ModelListAnswer = t.Object(
  {
    object: t.Literal('list'),
    data: t.Array(ListedModel),
  },
  {
    examples: [
      { object: 'list', data: [{ id: 'rehearsal', object: 'model', created: 1795347102, owned_by: 'orrery' }] },
    ],
  },
)
