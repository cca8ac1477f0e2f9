/** A bot's configuration in the wire's field names (bot-config routes). Every default is filled in. */
export interface BotConfig {
  app_id: string
  bot_id: string
  knowledge_config: { score_threshold: number; top_k: number }
  model_config: { instruct: string; plan: BotModel; summary: BotModel }
  regular_config: { match: { repoId: string[]; docId: string[] }; rag: { type: string } }
  tool_ids: string[]
  mcp_server_ids: string[]
  mcp_server_urls: string[]
  flow_ids: string[]
}

export interface BotModel {
  /** Base URL of an OpenAI-compatible endpoint; empty: `domain` names a saved model. */
  api: string
  /** The provider's name of the model, or the name of a saved model. */
  domain: string
  /** Key for `api`. Sealed at rest. */
  sk: string
  parameter: { max_tokens: number; question_type: string; temperature: number; top_k: number }
  patch_id: string[]
  support_function_call: boolean
}

/** As the table holds it: without the ids, which are columns, and with every `sk` emptied. */
export type StoredBotConfig = Omit<BotConfig, 'app_id' | 'bot_id'>

/** The model keys of a configuration, kept apart from it. */
export interface BotKeys {
  plan: string
  summary: string
}

export const separateKeys = (config: BotConfig): { stored: StoredBotConfig; keys: BotKeys } => {
  const { app_id: _appId, bot_id: _botId, ...rest } = config
  const { plan, summary } = rest.model_config
  return {
    stored: { ...rest, model_config: withKeys(rest.model_config, { plan: '', summary: '' }) },
    keys: { plan: plan.sk, summary: summary.sk },
  }
}

export const joinKeys = (ids: { appId: string; botId: string }, stored: StoredBotConfig, keys: BotKeys): BotConfig => ({
  app_id: ids.appId,
  bot_id: ids.botId,
  ...stored,
  model_config: withKeys(stored.model_config, keys),
})

const withKeys = (models: BotConfig['model_config'], keys: BotKeys): BotConfig['model_config'] => ({
  ...models,
  plan: { ...models.plan, sk: keys.plan },
  summary: { ...models.summary, sk: keys.summary },
})
