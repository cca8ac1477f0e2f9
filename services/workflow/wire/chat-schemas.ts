import { t } from 'elysia'

const open = { additionalProperties: true } as const

const HistoryMessage = t.Object(
  {
    role: t.UnionEnum(['user', 'assistant']),
    content: t.String(),
    content_type: t.UnionEnum(['text', 'image', 'audio'], { default: 'text' }),
  },
  open,
)

/** Unknown fields are ignored: clients built on OpenAI's send `model` and `messages` too. */
export const ChatRequest = t.Object(
  {
    flow_id: t.String(),
    parameters: t.Record(t.String(), t.Unknown()),
    uid: t.String({ default: '', maxLength: 40 }),
    stream: t.Boolean({ default: true }),
    ext: t.Record(t.String(), t.Unknown(), { default: {} }),
    chat_id: t.String({ default: '', maxLength: 128 }),
    history: t.Array(HistoryMessage, { default: [] }),
    version: t.String({ default: '' }),
  },
  {
    ...open,
    examples: [{ flow_id: '101', uid: 'u1', stream: true, parameters: { AGENT_USER_INPUT: 'Hello' } }],
  },
)
export type ChatRequest = typeof ChatRequest.static

export const ResumeRequest = t.Object(
  {
    event_id: t.String(),
    event_type: t.String({ default: 'resume' }),
    content: t.String(),
  },
  { ...open, examples: [{ event_id: '7393258312345678849', event_type: 'resume', content: 'B' }] },
)
export type ResumeRequest = typeof ResumeRequest.static
