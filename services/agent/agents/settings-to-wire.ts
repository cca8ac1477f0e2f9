import type { BotConfig, BotModel } from '../bots/bot-config.ts'
import type { AgentContent, AgentModel, AgentTool, KnowledgeTool, McpTool, WireModelOnly } from './agent-settings.ts'

/** An agent as the wire's bot configuration shows it; what the wire has no field for is left out. Pure. */
export const toBotConfig = (
  { appId, botId }: { appId: string; botId: string },
  { settings, keys }: AgentContent,
): BotConfig => {
  const { wire } = settings
  const knowledge = settings.tools.find((tool) => tool.kind === 'knowledge')
  const { topK, threshold, ragType } = knowledge ?? wire.knowledge
  return {
    app_id: appId,
    bot_id: botId,
    knowledge_config: { score_threshold: threshold, top_k: topK },
    model_config: {
      instruct: settings.instruction,
      plan: toBotModel(settings.model, keys.model, {
        ...wire.plan,
        callsFunctions: settings.calling === 'native',
      }),
      summary: settings.answerModel
        ? toBotModel(settings.answerModel, keys.answerModel, wire.summary)
        : toBotModel(settings.model, keys.model, wire.summary),
    },
    regular_config: { match: toMatch(knowledge), rag: { type: ragType } },
    ...toIdLists(settings.tools),
  }
}

/** The wire's lists of what an agent may use; each names a thing once, however many of its parts are chosen. */
export const toIdLists = (
  tools: readonly AgentTool[],
): Pick<BotConfig, 'tool_ids' | 'mcp_server_ids' | 'mcp_server_urls' | 'flow_ids'> => {
  const mcp = tools.filter((tool): tool is McpTool => tool.kind === 'mcp')
  return {
    tool_ids: distinct(
      tools.flatMap((tool) => (tool.kind === 'builtin' ? [tool.id] : tool.kind === 'link' ? [tool.toolId] : [])),
    ),
    mcp_server_ids: distinct(mcp.map(({ serverId }) => serverId)),
    mcp_server_urls: distinct(mcp.map(({ url }) => url)),
    flow_ids: distinct(tools.flatMap((tool) => (tool.kind === 'flow' ? [tool.flowId] : []))),
  }
}

const distinct = (ids: string[]): string[] => [...new Set(ids)].filter((id) => id !== '')

const toMatch = (knowledge: KnowledgeTool | undefined) => ({
  repoId: knowledge?.bases ?? [],
  docId: knowledge?.documents ?? [],
})

const toBotModel = (model: AgentModel, key: string, only: WireModelOnly): BotModel => ({
  api: model.url,
  domain: model.name,
  sk: key,
  parameter: {
    max_tokens: model.maxTokens,
    question_type: only.questionType,
    temperature: model.temperature,
    top_k: only.topK,
  },
  patch_id: only.patchIds,
  support_function_call: only.callsFunctions,
})
