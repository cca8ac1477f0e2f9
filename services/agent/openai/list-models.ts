import type { Caller } from '#shared/http/caller.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { ModelRepository } from '#shared/models/model-repository.ts'
import type { BotStore } from '../bots/bot-store.ts'
import type { GatewayClient } from '../clients/gateway-client.ts'
import { listFlows } from './list-flows.ts'
import { FLOW_PREFIX } from './open-flow.ts'
import { AGENT_PREFIX } from './open-turn.ts'
import type { ListedModel } from './openai-schemas.ts'

export interface ListModelsDependencies {
  models: Pick<ModelRepository, 'list'>
  bots: BotStore
  gateway: GatewayClient
  logger: Logger
}

/** Agents listed beside the models. */
const AGENTS_LISTED_MAX = 1_000

/** All that a caller may name as a model: saved chat models, its agents, its published flows. Without the workflow service it lacks the flows. */
export const listModels = async (
  { models, bots, gateway, logger }: ListModelsDependencies,
  caller: Caller,
  signal: AbortSignal,
): Promise<ListedModel[]> => {
  const { appId } = caller
  const flowsOf = (owner: string) =>
    listFlows(gateway, owner, signal).catch((error: unknown) => {
      logger.warn({ err: error }, 'flows could not be listed as models')
      return []
    })
  const [rows, agents, flows] = await Promise.all([
    models.list(),
    bots.list(caller.role === 'root' ? appId : (appId ?? ''), { limit: AGENTS_LISTED_MAX }),
    appId === undefined ? [] : flowsOf(appId),
  ])
  return [
    ...rows
      .filter(({ enabled, kind }) => enabled && kind === 'chat')
      .map(({ name, createdAt }) => toListed(name, 'orrery', createdAt)),
    ...agents.map((bot) => toListed(`${AGENT_PREFIX}${bot.botId}`, bot.appId, bot.createdAt)),
    ...flows.map(({ id, createdAt }) => toListed(`${FLOW_PREFIX}${id}`, appId ?? '', createdAt)),
  ]
}

const toListed = (id: string, owner: string, createdAt: Date): ListedModel => ({
  id,
  object: 'model',
  created: Math.floor(createdAt.getTime() / 1000),
  owned_by: owner,
})
