import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { AppQuery } from '../agents/agent-schemas.ts'
import { findAgent, toWhich } from '../agents/find-agent.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { ConversationNotFoundError } from './conversation-errors.ts'
import { createConversationRepository } from './conversation-repository.ts'
import {
  ChangeConversationBody,
  Conversation,
  ConversationListQuery,
  ConversationPage,
  ConversationParams,
  NewConversationBody,
  toConversation,
} from './conversation-schemas.ts'
import { findConversation, scopeOf } from './find-conversation.ts'

/** `/api/conversations`: what users and agents say to each other, kept here. An app sees its own; root sees all. */
export const conversationRoutes = (dependencies: ConversationDependencies) => {
  const { conversations, bots } = dependencies
  return new Elysia({ prefix: '/api/conversations', tags: ['conversations'] })
    .get(
      '',
      async ({ query, request }) => {
        const { appId: named, botId, uid, before, limit } = query
        const filter = { appId: scopeOf(readCaller(request.headers), named), botId, uid }
        const found = await conversations.list(filter, { before, limit: limit + 1 })
        const page = found.slice(0, limit).map(toConversation)
        return { conversations: page, nextBefore: found.length > limit ? (page.at(-1)?.id ?? null) : null }
      },
      {
        query: ConversationListQuery,
        response: { 200: ConversationPage },
        detail: { summary: 'List conversations, newest first' },
      },
    )
    .post(
      '',
      async ({ body, query, request, status }) => {
        const { botId: named, uid, title, version = 'published' } = body
        const which = toWhich(version)
        const { appId, botId } = await findAgent(bots, request.headers, { ...query, botId: named, which })
        const id = Bun.randomUUIDv7('hex').replaceAll('-', '')
        return status(201, toConversation(await conversations.insert({ id, appId, botId, uid, title, version })))
      },
      {
        query: AppQuery,
        body: NewConversationBody,
        response: { 201: Conversation },
        detail: { summary: 'Begin a conversation with an agent' },
      },
    )
    .get(
      '/:id',
      async ({ params, request }) => toConversation(await findConversation(dependencies, request.headers, params.id)),
      {
        params: ConversationParams,
        response: { 200: Conversation },
        detail: { summary: 'One conversation' },
      },
    )
    .put(
      '/:id',
      async ({ params, body, request }) => {
        const { id, appId, botId } = await findConversation(dependencies, request.headers, params.id)
        if (body.version !== undefined) {
          await findAgent(bots, request.headers, { appId, botId, which: toWhich(body.version) })
        }
        const changed = await conversations.update(id, body)
        if (!changed) throw new ConversationNotFoundError(id)
        return toConversation(changed)
      },
      {
        params: ConversationParams,
        body: ChangeConversationBody,
        response: { 200: Conversation },
        detail: { summary: 'Rename a conversation, or choose the version of the agent that it uses from now on' },
      },
    )
    .delete(
      '/:id',
      async ({ params, request, set }) => {
        const { id, openRunId } = await findConversation(dependencies, request.headers, params.id)
        await dependencies.database.transaction((transaction) => createConversationRepository(transaction).remove(id))
        if (openRunId !== null) await (await dependencies.journal()).cancel(openRunId)
        set.status = 204
      },
      {
        params: ConversationParams,
        detail: {
          summary: 'Delete a conversation with its messages; a turn that is being taken is cancelled',
          responses: { 204: { description: 'Deleted' } },
        },
      },
    )
}
