import { Elysia } from 'elysia'
import { RUN_ID_HEADER } from '../chat/answer-turn.ts'
import type { ConversationRow } from '../tables.ts'
import { acceptQuestion, type NewQuestion } from './accept-message.ts'
import { awaitAnswer, settleInBackground } from './await-answer.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { NothingToRepeatError, TurnNotOfConversationError } from './conversation-errors.ts'
import {
  Answer,
  AskBody,
  ConversationParams,
  MessageListQuery,
  MessagePage,
  RegenerateBody,
  TurnOfConversationParams,
  toMessage,
} from './conversation-schemas.ts'
import { findConversation } from './find-conversation.ts'
import { streamConversationTurn } from './stream-turn.ts'

/** Free text that turns keep about who asked. */
const CALLER = 'conversation'

const streamed = {
  'text/event-stream': {
    schema: { type: 'string' as const },
    examples: {
      one: { value: 'id: 1\nevent: model-delta\ndata: {"type":"model-delta","round":0,"content":"12"}\n\n' },
    },
  },
}

/** What is said in a conversation. One turn at a time: while one is taken, another question is refused with AGENT_CONVERSATION_BUSY. */
export const messageRoutes = (dependencies: ConversationDependencies) => {
  const { conversations, messageFiles } = dependencies

  const ask = async (request: Request, question: NewQuestion, stream: boolean): Promise<Response> => {
    const { runId, message } = await acceptQuestion(dependencies, question)
    const turn = { conversationId: question.conversation.id, runId }
    settleInBackground(dependencies, turn)
    if (stream) return streamConversationTurn(dependencies, turn)
    const answer = await awaitAnswer(dependencies, turn, { signal: request.signal, untilApproval: true })
    const body = { ...turn, question: toMessage(message), message: answer ? toMessage(answer) : null }
    return Response.json(body, { status: answer ? 200 : 202, headers: { [RUN_ID_HEADER]: runId } })
  }

  return new Elysia({ prefix: '/api/conversations', tags: ['conversations'] })
    .get(
      '/:id/messages',
      async ({ params, query, request }) => {
        const { id } = await findConversation(dependencies, request.headers, params.id)
        const found = await conversations.listMessages(id, { ...query, limit: query.limit + 1 })
        const messages = found.slice(0, query.limit).map(toMessage)
        return { messages, nextAfter: found.length > query.limit ? (messages.at(-1)?.sequence ?? null) : null }
      },
      {
        params: ConversationParams,
        query: MessageListQuery,
        response: { 200: MessagePage },
        detail: { summary: 'List the messages of a conversation' },
      },
    )
    .post(
      '/:id/messages',
      async ({ params, body, request }) => {
        const conversation = await findConversation(dependencies, request.headers, params.id)
        const fileIds = await messageFiles.resolve(conversation.appId, body.files ?? [], request.signal)
        return ask(request, { conversation, content: body.content, fileIds, caller: CALLER }, body.stream)
      },
      {
        params: ConversationParams,
        body: AskBody,
        detail: describeAnswer(
          'Ask in a conversation',
          'The question is stored when this answers or streams, and is answered whoever listens. 202 without a message: a person must allow a call first.',
        ),
      },
    )
    .post(
      '/:id/regenerate',
      async ({ params, body, request }) => {
        const conversation = await findConversation(dependencies, request.headers, params.id)
        const last = await lastQuestion(dependencies, conversation)
        const fileIds = body.files
          ? await messageFiles.resolve(conversation.appId, body.files, request.signal)
          : last.fileIds
        const content = body.content ?? last.content
        return ask(request, { conversation, content, fileIds, replaceFrom: last.sequence, caller: CALLER }, body.stream)
      },
      {
        params: ConversationParams,
        body: RegenerateBody,
        detail: describeAnswer(
          'Ask the last question again, changed or not',
          'The new question and answer take the place of the old ones, which stay readable with `replaced=true`.',
        ),
      },
    )
    .get(
      '/:id/turns/:runId/events',
      async ({ params, request }) => {
        const { id } = await findConversation(dependencies, request.headers, params.id)
        if (!(await conversations.hasTurn(id, params.runId))) throw new TurnNotOfConversationError(id, params.runId)
        const header = request.headers.get('last-event-id') ?? ''
        const lastEventId = /^\d{1,9}$/.test(header) ? Number(header) : -1
        return streamConversationTurn(
          dependencies,
          { conversationId: id, runId: params.runId },
          { lastEventId, delivered: 0 },
        )
      },
      {
        params: TurnOfConversationParams,
        detail: {
          summary: 'Follow a turn of a conversation',
          description:
            'Server-sent events until the answer is there. `Last-Event-ID` goes on after an event that was read.',
          responses: { 200: { description: 'Events, each with its number as id', content: streamed } },
        },
      },
    )
}

const lastQuestion = async ({ conversations }: ConversationDependencies, { id }: ConversationRow) => {
  const last = await conversations.lastMessages(id, { from: 0, limit: 2 })
  const question = last.findLast(({ role }) => role === 'user')
  if (!question) throw new NothingToRepeatError(id)
  return question
}

/** As plain JSON Schema, which TypeBox schemas are. */
const answerSchema: object = Answer

const describeAnswer = (summary: string, description: string) => ({
  summary,
  description,
  responses: {
    200: {
      description: 'The answer, or its events with `stream`',
      content: { 'application/json': { schema: answerSchema }, ...streamed },
    },
  },
})
