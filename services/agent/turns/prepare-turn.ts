import type { ChatMessage } from '#shared/models/chat-model.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { BotConfig, BotModel } from '../bots/bot-config.ts'
import { WireError } from '../errors.ts'
import { ROUNDS_MAX } from '../loop/stop-conditions.ts'
import type { ModelReference, TurnStarted } from '../loop/turn-events.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'

export interface PrepareTurnDependencies {
  secrets: SecretBox
  toolbox: Toolbox
}

/** Who asks what. */
export interface TurnRequest {
  sid: string
  appId: string
  uid: string
  caller: string
  messages: ChatMessage[]
}

/** What an agent may use besides its model, by the wire's names. */
export interface PluginIds {
  toolIds: string[]
  mcpServers: string[]
  flowIds: string[]
  knowledgeIds: string[]
}

/** Pins all that a turn of this bot depends on. Throws WireError for a plugin that is not there. Pure but for the clock and the seal. */
export const prepareBotTurn = (
  dependencies: PrepareTurnDependencies,
  bot: BotConfig,
  request: TurnRequest,
): TurnStarted => {
  const { plan, summary, instruct } = bot.model_config
  const { match } = bot.regular_config
  requirePlugins(dependencies.toolbox, {
    toolIds: bot.tool_ids,
    mcpServers: [...bot.mcp_server_ids, ...bot.mcp_server_urls],
    flowIds: bot.flow_ids,
    knowledgeIds: [...match.repoId, ...match.docId],
  })
  return {
    type: 'started',
    ...request,
    botId: bot.bot_id,
    startedAt: new Date().toISOString(),
    instruction: instruct,
    planModel: referenceOf(dependencies.secrets, plan),
    answerModel: referenceOf(dependencies.secrets, summary),
    toolIds: bot.tool_ids,
    roundsMax: ROUNDS_MAX,
  }
}

/** A bot's model: an endpoint of its own where it has one, a saved model otherwise. */
const referenceOf = (secrets: SecretBox, model: BotModel): ModelReference => {
  const { temperature, max_tokens: maxTokens } = model.parameter
  return modelReference(secrets, {
    url: model.api,
    modelId: model.domain,
    apiKey: model.sk,
    parameters: { temperature, ...(maxTokens > 0 ? { maxTokens } : {}) },
  })
}

export const modelReference = (
  secrets: SecretBox,
  model: { url: string; modelId: string; apiKey: string; parameters: ModelReference['parameters'] },
): ModelReference => {
  const { url, modelId, apiKey, parameters } = model
  if (url === '') return { name: modelId, parameters }
  return { url, modelId, keySealed: apiKey === '' ? '' : secrets.encrypt(apiKey), parameters }
}

/** A plugin that cannot be used ends the request with the wire's code for its kind, rather than being left out in silence. */
export const requirePlugins = (toolbox: Toolbox, plugins: PluginIds): void => {
  const unknownTool = plugins.toolIds.find((toolId) => !toolbox.find(toolId))
  if (unknownTool !== undefined) {
    throw new WireError(
      40023,
      `Failed to get link tool protocol: there is no tool "${unknownTool}"; there are ${toolbox.ids().join(', ')}`,
    )
  }
  const unsupported: [string[], number, string][] = [
    [
      plugins.knowledgeIds,
      40025,
      'Failed to query knowledge base: agents do not search knowledge bases in this version',
    ],
    [plugins.mcpServers, 40026, 'Failed to list MCP tools: agents do not call MCP servers in this version'],
    [plugins.flowIds, 40028, 'Failed to call workflow tool: agents do not call flows in this version'],
  ]
  for (const [ids, code, message] of unsupported) if (ids.length > 0) throw new WireError(code, message)
}
