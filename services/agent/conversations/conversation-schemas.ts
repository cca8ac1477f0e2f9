import { t } from 'elysia'
import { AppQuery, Which } from '../agents/agent-schemas.ts'
import { MessageFilesBody } from '../agents/ask-schemas.ts'
import type { ConversationRow, MessageRow } from '../tables.ts'

const ID = { minLength: 1, maxLength: 64 }
const example = {
  id: '0190a1b2c3d4e5f60718293a4b5c6d7e',
  appId: 'starter',
  botId: 'starter',
  uid: 'user-1',
  title: 'What is 12 * 7?',
  version: 'published',
  openRunId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}
const messageExample = {
  sequence: 1,
  role: 'assistant' as const,
  content: '12 * 7 = 84',
  reasoning: '',
  fileIds: [],
  runId: '7402139581063168',
  calls: [],
  citations: [],
  replaced: false,
  failure: null,
  usage: { promptTokens: 12, completionTokens: 5, totalTokens: 17 },
  createdAt: '2026-01-01T00:00:00.000Z',
}

export const ConversationParams = t.Object({ id: t.String({ pattern: '^[0-9a-f]{32}$', examples: [example.id] }) })
export const TurnOfConversationParams = t.Composite([
  ConversationParams,
  t.Object({ runId: t.String({ pattern: '^\\d{1,19}$', examples: [messageExample.runId] }) }),
])

export const ConversationListQuery = t.Composite([
  AppQuery,
  t.Object({
    botId: t.Optional(t.String({ ...ID, examples: ['starter'] })),
    uid: t.Optional(t.String({ maxLength: 64, examples: ['user-1'] })),
    before: t.Optional(t.String({ ...ID, description: 'The last id of the page before.' })),
    limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }),
  }),
])

export const NewConversationBody = t.Object(
  {
    botId: t.String({ ...ID, description: 'The agent.' }),
    uid: t.String({ maxLength: 64, default: '', description: 'The user, in the words of the app.' }),
    title: t.String({ maxLength: 200, default: '', description: 'Empty: made of the first question.' }),
    version: t.Optional(Which),
  },
  { examples: [{ botId: 'starter', uid: 'user-1' }] },
)

export const ChangeConversationBody = t.Object(
  { title: t.Optional(t.String({ maxLength: 200 })), version: t.Optional(Which) },
  { examples: [{ title: 'Sums' }] },
)

export const Conversation = t.Object(
  {
    id: t.String(),
    appId: t.String(),
    botId: t.String(),
    uid: t.String(),
    title: t.String(),
    version: t.String({ description: 'The state of the agent that turns use.' }),
    openRunId: t.Nullable(t.String(), { description: 'The turn that is being taken.' }),
    createdAt: t.String({ format: 'date-time' }),
    updatedAt: t.String({ format: 'date-time' }),
  },
  { examples: [example] },
)

export const ConversationPage = t.Object(
  { conversations: t.Array(Conversation), nextBefore: t.Nullable(t.String()) },
  { examples: [{ conversations: [example], nextBefore: null }] },
)

export const MessageListQuery = t.Object({
  after: t.Integer({ minimum: -1, default: -1, description: 'The last sequence of the page before.' }),
  limit: t.Integer({ minimum: 1, maximum: 500, default: 100 }),
  replaced: t.Boolean({ default: false, description: 'True: with what later questions took the place of.' }),
})

export const Message = t.Object(
  {
    sequence: t.Integer(),
    role: t.Union([t.Literal('user'), t.Literal('assistant')]),
    content: t.String(),
    reasoning: t.String(),
    fileIds: t.Array(t.String()),
    runId: t.String({ description: 'The turn that it was asked in, or answered by.' }),
    calls: t.Array(t.Object({ name: t.String(), arguments: t.String(), result: t.String(), failed: t.Boolean() })),
    citations: t.Array(t.Any()),
    replaced: t.Boolean(),
    failure: t.Nullable(t.Object({ code: t.Integer(), message: t.String() })),
    usage: t.Nullable(t.Any()),
    createdAt: t.String({ format: 'date-time' }),
  },
  { examples: [messageExample] },
)

export const MessagePage = t.Object(
  { messages: t.Array(Message), nextAfter: t.Nullable(t.Integer()) },
  { examples: [{ messages: [messageExample], nextAfter: null }] },
)

const CONTENT_CHARS_MAX = 1_000_000
const Stream = t.Boolean({
  default: false,
  description: 'True: server-sent events; false: the answer when it is whole.',
})

export const AskBody = t.Object(
  { content: t.String({ maxLength: CONTENT_CHARS_MAX }), files: t.Optional(MessageFilesBody), stream: Stream },
  { examples: [{ content: 'What is 12 * 7?', stream: true }] },
)

export const RegenerateBody = t.Object(
  {
    content: t.Optional(t.String({ maxLength: CONTENT_CHARS_MAX, description: 'What the question says from now on.' })),
    files: t.Optional(MessageFilesBody),
    stream: Stream,
  },
  { examples: [{ stream: true }, { content: 'What is 12 * 8?', stream: false }] },
)

export const Answer = t.Object(
  {
    conversationId: t.String(),
    runId: t.String(),
    question: Message,
    message: t.Nullable(Message, { description: 'The answer; null while a person must allow a call first.' }),
  },
  {
    examples: [
      {
        conversationId: example.id,
        runId: messageExample.runId,
        question: { ...messageExample, sequence: 0, role: 'user' as const, content: 'What is 12 * 7?' },
        message: messageExample,
      },
    ],
  },
)

export const toConversation = (row: ConversationRow): typeof Conversation.static => ({
  id: row.id,
  appId: row.appId,
  botId: row.botId,
  uid: row.uid,
  title: row.title,
  version: row.version,
  openRunId: row.openRunId,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

export const toMessage = (row: MessageRow): typeof Message.static => ({
  sequence: row.sequence,
  role: row.role,
  content: row.content,
  reasoning: row.reasoning,
  fileIds: row.fileIds,
  runId: row.runId,
  calls: row.calls,
  citations: row.citations,
  replaced: row.replacedBy !== null,
  failure: row.failure,
  usage: row.usage,
  createdAt: row.createdAt.toISOString(),
})
