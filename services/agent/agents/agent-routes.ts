import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { Bot, BotStore } from '../bots/bot-store.ts'
import { AgentExistsError, AgentNotFoundError } from '../errors.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import {
  Agent,
  AgentListQuery,
  AgentPage,
  AgentParams,
  AgentQuery,
  AppQuery,
  ChangeAgentBody,
  NewAgentBody,
  toAgent,
} from './agent-schemas.ts'
import { DEFAULT_SETTINGS, NO_KEYS } from './agent-settings.ts'
import { findAgent, requireApp, toWhich } from './find-agent.ts'
import { formatRevision, requireRevision } from './revision.ts'
import { withChanges } from './with-changes.ts'

export interface AgentRoutesDependencies {
  bots: BotStore
  toolbox: Toolbox
}

/** An agent of ours goes on without a source that is broken, unless it is told otherwise. */
const NEW_CONTENT = { settings: { ...DEFAULT_SETTINGS, onBrokenSource: 'degrade' as const }, keys: NO_KEYS }

/** `/api/agents`: agents in our own terms. Changes go into the draft; what is published is in version-routes.ts. An app sees its own; root sees all. */
export const agentRoutes = ({ bots, toolbox }: AgentRoutesDependencies) =>
  new Elysia({ prefix: '/api/agents', tags: ['agents'] })
    .get(
      '',
      async ({ query, request }) => {
        const caller = readCaller(request.headers)
        const appId = caller.role === 'root' ? (query.appId ?? caller.appId) : requireApp(caller, undefined)
        const found = await bots.list(appId, { after: query.after, limit: query.limit + 1 })
        const agents = found.slice(0, query.limit).map(toAgent)
        return { agents, nextAfter: found.length > query.limit ? (agents.at(-1)?.botId ?? null) : null }
      },
      { query: AgentListQuery, response: { 200: AgentPage }, detail: { summary: 'List agents: their drafts' } },
    )
    .post(
      '',
      async ({ body, query, request, status, set }) => {
        const { botId, publish, ...settings } = body
        const appId = requireApp(readCaller(request.headers), query.appId)
        const content = withChanges(NEW_CONTENT, settings, toolbox)
        const bot = await bots.create({ appId, botId }, content, { publish })
        if (!bot) throw new AgentExistsError(botId)
        set.headers.etag = formatRevision(bot.revision)
        return status(201, toAgent(bot))
      },
      {
        query: AppQuery,
        body: NewAgentBody,
        response: { 201: Agent },
        detail: { summary: 'Create an agent and publish it as version 1' },
      },
    )
    .get(
      '/:botId',
      async ({ params, query, request, set }) => {
        const { version, ...named } = query
        const which = toWhich(version ?? 'draft')
        const bot = await findAgent(bots, request.headers, { ...params, ...named, which })
        set.headers.etag = formatRevision(bot.revision)
        return toAgent(bot)
      },
      {
        params: AgentParams,
        query: AgentQuery,
        response: { 200: Agent },
        detail: { summary: 'One agent: its draft, what chats use, or a version' },
      },
    )
    .put(
      '/:botId',
      async ({ params, query, body, request, set }) => {
        const { appId, botId } = await findAgent(bots, request.headers, { ...params, ...query })
        const change = ({ content, revision }: Bot) => {
          requireRevision(request.headers, revision)
          return withChanges(content, body, toolbox)
        }
        const bot = await bots.change(appId, botId, change)
        if (!bot) throw new AgentNotFoundError(botId)
        set.headers.etag = formatRevision(bot.revision)
        return toAgent(bot)
      },
      {
        params: AgentParams,
        query: AppQuery,
        body: ChangeAgentBody,
        response: { 200: Agent },
        detail: {
          summary: 'Change the draft of an agent; what is left out stays',
          description:
            'With `If-Match: "<revision>"` the change is refused with AGENT_REVISION_STALE when somebody changed the draft since that revision was read.',
        },
      },
    )
    .delete(
      '/:botId',
      async ({ params, query, request, set }) => {
        const { appId, botId } = await findAgent(bots, request.headers, { ...params, ...query })
        await bots.remove(appId, botId)
        set.status = 204
      },
      {
        params: AgentParams,
        query: AppQuery,
        detail: { summary: 'Delete an agent with all its versions', responses: { 204: { description: 'Deleted' } } },
      },
    )
