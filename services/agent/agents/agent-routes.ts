import { Elysia } from 'elysia'
import { type Caller, readCaller } from '#shared/http/caller.ts'
import type { Bot, BotStore } from '../bots/bot-store.ts'
import { readBotConfig } from '../bots/read-bot-config.ts'
import { AgentAppMissingError, AgentExistsError, AgentNotFoundError, AgentToolUnknownError } from '../errors.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import {
  Agent,
  AgentListQuery,
  AgentPage,
  AgentParams,
  AppQuery,
  ChangeAgentBody,
  NewAgentBody,
  toAgent,
  withChanges,
} from './agent-schemas.ts'

export interface AgentRoutesDependencies {
  bots: BotStore
  toolbox: Toolbox
}

/** `/api/agents`: the same bots as the wire's, in our own terms. An app sees its own; root sees all. */
export const agentRoutes = (dependencies: AgentRoutesDependencies) =>
  new Elysia({ prefix: '/api/agents', tags: ['agents'] })
    .get(
      '',
      async ({ query, request }) => {
        const caller = readCaller(request.headers)
        const appId = caller.role === 'root' ? (query.appId ?? caller.appId) : requireApp(caller, undefined)
        const found = await dependencies.bots.list(appId, { after: query.after, limit: query.limit + 1 })
        const agents = found.slice(0, query.limit).map(toAgent)
        return { agents, nextAfter: found.length > query.limit ? (agents.at(-1)?.botId ?? null) : null }
      },
      { query: AgentListQuery, response: { 200: AgentPage }, detail: { summary: 'List agents' } },
    )
    .post(
      '',
      async ({ body, query, request, status }) => {
        requireTools(dependencies.toolbox, body.tools)
        const appId = requireApp(readCaller(request.headers), query.appId)
        const blank = readBotConfig({ app_id: appId, bot_id: body.botId, model_config: {}, regular_config: {} })
        const bot = await dependencies.bots.insert(withChanges(blank, body))
        if (!bot) throw new AgentExistsError(body.botId)
        return status(201, toAgent(bot))
      },
      { query: AppQuery, body: NewAgentBody, response: { 201: Agent }, detail: { summary: 'Create an agent' } },
    )
    .get(
      '/:botId',
      async ({ params, query, request }) => toAgent(await findBot(dependencies.bots, request, { ...params, ...query })),
      { params: AgentParams, query: AppQuery, response: { 200: Agent }, detail: { summary: 'One agent' } },
    )
    .put(
      '/:botId',
      async ({ params, query, body, request }) => {
        requireTools(dependencies.toolbox, body.tools)
        const known = await findBot(dependencies.bots, request, { ...params, ...query })
        const bot = await dependencies.bots.update(withChanges(known.config, body))
        if (!bot) throw new AgentNotFoundError(params.botId)
        return toAgent(bot)
      },
      {
        params: AgentParams,
        query: AppQuery,
        body: ChangeAgentBody,
        response: { 200: Agent },
        detail: { summary: 'Change an agent; what is left out stays' },
      },
    )
    .delete(
      '/:botId',
      async ({ params, query, request, set }) => {
        const { config } = await findBot(dependencies.bots, request, { ...params, ...query })
        await dependencies.bots.remove(config.app_id, config.bot_id)
        set.status = 204
      },
      {
        params: AgentParams,
        query: AppQuery,
        detail: { summary: 'Delete an agent', responses: { 204: { description: 'Deleted' } } },
      },
    )

/** The app that a call is for; an app cannot speak for another. */
const requireApp = (caller: Caller, named: string | undefined): string => {
  const appId = caller.role === 'root' ? (named ?? caller.appId) : caller.appId
  if (appId === undefined) throw new AgentAppMissingError()
  return appId
}

/** Root may leave the app out where the id alone names one agent. */
const findBot = async (
  bots: BotStore,
  request: Request,
  named: { botId: string; appId?: string | undefined },
): Promise<Bot> => {
  const caller = readCaller(request.headers)
  const appId = caller.role === 'root' ? (named.appId ?? caller.appId) : requireApp(caller, undefined)
  const bot = appId === undefined ? await bots.findAnywhere(named.botId) : await bots.find(appId, named.botId)
  if (!bot) throw new AgentNotFoundError(named.botId)
  return bot
}

const requireTools = (toolbox: Toolbox, toolIds: readonly string[] = []): void => {
  const unknown = toolIds.find((toolId) => !toolbox.find(toolId))
  if (unknown !== undefined) throw new AgentToolUnknownError(unknown, toolbox.ids())
}
