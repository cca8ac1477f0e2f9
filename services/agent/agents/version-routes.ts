import { Elysia } from 'elysia'
import type { BotStore } from '../bots/bot-store.ts'
import { AgentNotFoundError } from '../errors.ts'
import { Agent, AgentParams, AppQuery, toAgent } from './agent-schemas.ts'
import { diffSettings } from './diff-settings.ts'
import { findAgent, toWhich } from './find-agent.ts'
import { requireRevision } from './revision.ts'
import {
  Diff,
  DiffQuery,
  PublishBody,
  RollbackBody,
  toVersion,
  Version,
  VersionListQuery,
  VersionPage,
} from './version-schemas.ts'

/** What is published of an agent: versions with numbers, never changed; chats use one of them until another is chosen. Turns that run keep what they began with. */
export const versionRoutes = ({ bots }: { bots: BotStore }) =>
  new Elysia({ prefix: '/api/agents/:botId', tags: ['agents'] })
    .post(
      '/publish',
      async ({ params, query, body, request }) => {
        const { appId, botId } = await findAgent(bots, request.headers, { ...params, ...query })
        const version = await bots.publish({ appId, botId, note: body.note }, (draft) =>
          requireRevision(request.headers, draft.revision),
        )
        if (!version) throw new AgentNotFoundError(botId)
        return toVersion(version)
      },
      {
        params: AgentParams,
        query: AppQuery,
        body: PublishBody,
        response: { 200: Version },
        detail: {
          summary: 'Publish the draft of an agent',
          description: 'Chats use it from their next turn on. A draft without changes gives the published version.',
        },
      },
    )
    .post(
      '/rollback',
      async ({ params, query, body, request }) => {
        const { appId, botId } = await findAgent(bots, request.headers, { ...params, ...query })
        const bot = await bots.rollBack({ appId, botId, number: body.version, draft: body.draft })
        if (!bot) throw new AgentNotFoundError(botId, body.version)
        return toAgent(bot)
      },
      {
        params: AgentParams,
        query: AppQuery,
        body: RollbackBody,
        response: { 200: Agent },
        detail: { summary: 'Let chats use an older version again' },
      },
    )
    .get(
      '/versions',
      async ({ params, query, request }) => {
        const bot = await findAgent(bots, request.headers, { ...params, appId: query.appId })
        const found = await bots.listVersions(bot, { before: query.before, limit: query.limit + 1 })
        const versions = found.slice(0, query.limit).map(toVersion)
        return { versions, nextBefore: found.length > query.limit ? (versions.at(-1)?.number ?? null) : null }
      },
      {
        params: AgentParams,
        query: VersionListQuery,
        response: { 200: VersionPage },
        detail: { summary: 'List the published versions of an agent, newest first' },
      },
    )
    .get(
      '/diff',
      async ({ params, query, request }) => {
        const { from = 'published', to = 'draft', appId } = query
        const stateOf = async (version: string) => {
          const bot = await findAgent(bots, request.headers, { ...params, appId, which: toWhich(version) })
          return bot.content.settings
        }
        const [before, after] = [await stateOf(from), await stateOf(to)]
        return { from, to, differences: diffSettings(before, after) }
      },
      {
        params: AgentParams,
        query: DiffQuery,
        response: { 200: Diff },
        detail: { summary: 'How two states of an agent differ' },
      },
    )
