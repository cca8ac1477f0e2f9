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
