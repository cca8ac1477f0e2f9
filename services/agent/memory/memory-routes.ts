import { Elysia, t } from 'elysia'
import { type Caller, readCaller } from '#shared/http/caller.ts'
import { AppQuery } from '../agents/agent-schemas.ts'
import { findAgent, requireApp } from '../agents/find-agent.ts'
import type { BotStore } from '../bots/bot-store.ts'
import { MemoryNotFoundError } from './memory-errors.ts'
import {
  ChangeMemoryBody,
  Memory,
  MemoryListQuery,
  MemoryPage,
  MemoryParams,
  MemoryScopeQuery,
  NewMemoryBody,
  toMemory,
} from './memory-schemas.ts'
import type { MemoryStore } from './memory-store.ts'

/** `/api/memories`: what agents remember of users, to be seen, corrected and deleted by them. An app sees its own; root sees all. */
export const memoryRoutes = ({ memories, bots }: { memories: MemoryStore; bots: BotStore }) => {
  const requireMemory = async (request: Request, id: string) => {
    const found = await memories.find(scopeOf(readCaller(request.headers), undefined), id)
    if (!found) throw new MemoryNotFoundError(id)
    return found
  }

  return new Elysia({ prefix: '/api/memories', tags: ['memories'] })
    .get(
      '',
      async ({ query, request }) => {
        const { appId: named, botId, uid, after, limit } = query
        const filter = { appId: scopeOf(readCaller(request.headers), named), botId, uid }
        const found = await memories.list(filter, { after, limit: limit + 1 })
        const page = found.slice(0, limit).map(toMemory)
        return { memories: page, nextAfter: found.length > limit ? (page.at(-1)?.id ?? null) : null }
      },
      { query: MemoryListQuery, response: { 200: MemoryPage }, detail: { summary: 'List what agents remember' } },
    )
    .post(
      '',
      async ({ body, query, request, status }) => {
        const { appId, botId } = await findAgent(bots, request.headers, { ...query, botId: body.botId })
        const added = await memories.add({ appId, botId, uid: body.uid }, { text: body.text, source: 'user' })
        if (!added) throw new MemoryNotFoundError('')
        return status(201, toMemory(added))
      },
      {
        query: AppQuery,
        body: NewMemoryBody,
        response: { 201: Memory },
        detail: { summary: 'Let an agent remember a fact about a user' },
      },
    )
    .put(
      '/:id',
      async ({ params, body, request }) => {
        const { id } = await requireMemory(request, params.id)
        const changed = await memories.change(id, body.text)
        if (!changed) throw new MemoryNotFoundError(id)
        return toMemory(changed)
      },
      {
        params: MemoryParams,
        body: ChangeMemoryBody,
        response: { 200: Memory },
        detail: { summary: 'Correct what an agent remembers' },
      },
    )
    .delete(
      '/:id',
      async ({ params, request, set }) => {
        await memories.remove((await requireMemory(request, params.id)).id)
        set.status = 204
      },
      {
        params: MemoryParams,
        detail: { summary: 'Delete a memory', responses: { 204: { description: 'Deleted' } } },
      },
    )
    .delete(
      '',
      async ({ query, request }) => {
        const appId = requireApp(readCaller(request.headers), query.appId)
        return { deleted: await memories.removeAll({ appId, botId: query.botId, uid: query.uid }) }
      },
      {
        query: MemoryScopeQuery,
        response: { 200: t.Object({ deleted: t.Integer() }, { examples: [{ deleted: 3 }] }) },
        detail: { summary: 'Delete all that an agent remembers of a user' },
      },
    )
}

/** Root sees every app's unless it names one. */
const scopeOf = (caller: Caller, named: string | undefined): string | undefined =>
  caller.role === 'root' ? (named ?? caller.appId) : requireApp(caller, undefined)
