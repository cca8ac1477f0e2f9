import type { BotConfig, BotModel } from '../bots/bot-config.ts'
import { DEFAULT_TOOL_VERSION } from '../turns/plugins.ts'
import {
  type AgentContent,
  type AgentModel,
  type AgentTool,
  DEFAULT_SETTINGS,
  type KnowledgeTool,
  NO_KEYS,
  type WireModelOnly,
} from './agent-settings.ts'
import { toBotConfig, toIdLists } from './settings-to-wire.ts'

export interface WireWrite {
  config: BotConfig
  /** What the agent is now; undefined for a new one. */
  current: AgentContent | undefined
  /** True for the id of a tool that comes with the platform; the wire does not tell them from others. */
  isBuiltIn(toolId: string): boolean
}

/**
 * An agent after a write through the wire. What the wire has fields for is replaced, what it has none for stays; writing back what was read
 * changes nothing, so a client of the original does not undo what was chosen more finely here. Pure.
 */
export const withBotConfig = ({ config, current, isBuiltIn }: WireWrite): AgentContent => {
  const { settings, keys } = current ?? { settings: DEFAULT_SETTINGS, keys: NO_KEYS }
  const shown = toBotConfig({ appId: config.app_id, botId: config.bot_id }, { settings, keys })
  const { instruct, plan, summary } = config.model_config
  const answersItself = !Bun.deepEquals(asked(plan), asked(summary))
  return {
    settings: {
      ...settings,
      instruction: instruct,
      answerInstruction: instruct === settings.instruction ? settings.answerInstruction : null,
      model: toModel(plan),
      answerModel: answersItself ? toModel(summary) : null,
      calling: toCalling(settings.calling, plan.support_function_call),
      tools: withWireTools({ config, current, isBuiltIn }, settings.tools, shown),
      wire: {
        // Whether the plan model calls functions is what `calling` says.
        plan: { ...toModelOnly(plan), callsFunctions: false },
        summary: toModelOnly(summary),
        knowledge: keepsSearch(config, shown)
          ? settings.wire.knowledge
          : {
              topK: config.knowledge_config.top_k,
              threshold: config.knowledge_config.score_threshold,
              ragType: config.regular_config.rag.type,
            },
      },
    },
    keys: { model: plan.sk, answerModel: answersItself ? summary.sk : '' },
  }
}

const asked = ({ api, domain, sk, parameter }: BotModel) => [
  api,
  domain,
  sk,
  parameter.temperature,
  parameter.max_tokens,
]

const toModel = ({ api, domain, parameter }: BotModel): AgentModel => ({
  name: domain,
  url: api,
  temperature: parameter.temperature,
  maxTokens: parameter.max_tokens,
})

/** The wire only knows whether functions are called; text, or whatever the model can, stay as they were. */
const toCalling = (calling: AgentContent['settings']['calling'], callsFunctions: boolean) => {
  if (callsFunctions) return 'native'
  return calling === 'native' ? 'auto' : calling
}

const toModelOnly = (model: BotModel): WireModelOnly => ({
  questionType: model.parameter.question_type,
  topK: model.parameter.top_k,
  patchIds: model.patch_id,
  callsFunctions: model.support_function_call,
})

const withWireTools = (write: WireWrite, tools: readonly AgentTool[], shown: BotConfig): AgentTool[] => {
  const { config } = write
  const { tool_ids, mcp_server_ids, mcp_server_urls, flow_ids } = config
  const searches = tools.filter((tool): tool is KnowledgeTool => tool.kind === 'knowledge')
  const others = tools.filter((tool) => tool.kind !== 'knowledge')
  const lists = { tool_ids, mcp_server_ids, mcp_server_urls, flow_ids }
  const keepsLists = Bun.deepEquals(lists, toIdLists(tools))
  const keepsSearches = keepsSearch(config, shown)
  if (keepsLists && keepsSearches) return [...tools]
  return [
    ...(keepsLists ? others : toTools(write, others)),
    ...(keepsSearches ? searches : toSearches(config, searches[0])),
  ]
}

const keepsSearch = (config: BotConfig, shown: BotConfig): boolean =>
  Bun.deepEquals(config.regular_config, shown.regular_config) &&
  Bun.deepEquals(config.knowledge_config, shown.knowledge_config)

/** The tools that the lists name; one that was there before keeps what was chosen of it. */
const toTools = ({ config, isBuiltIn }: WireWrite, known: readonly AgentTool[]): AgentTool[] => {
  const keep = (fits: (tool: AgentTool) => boolean, otherwise: AgentTool): AgentTool[] => {
    const found = known.filter(fits)
    return found.length > 0 ? found : [otherwise]
  }
  return [
    ...unique(config.tool_ids).flatMap((id) =>
      keep(
        (tool) => (tool.kind === 'builtin' && tool.id === id) || (tool.kind === 'link' && tool.toolId === id),
        isBuiltIn(id)
          ? { kind: 'builtin', id }
          : { kind: 'link', toolId: id, version: DEFAULT_TOOL_VERSION, operationId: null },
      ),
    ),
    ...unique(config.mcp_server_ids).flatMap((serverId) =>
      keep((tool) => tool.kind === 'mcp' && tool.serverId === serverId, {
        kind: 'mcp',
        serverId,
        url: '',
        names: null,
      }),
    ),
    ...unique(config.mcp_server_urls).flatMap((url) =>
      keep((tool) => tool.kind === 'mcp' && tool.url === url, { kind: 'mcp', serverId: '', url, names: null }),
    ),
    ...unique(config.flow_ids).map((flowId): AgentTool => ({ kind: 'flow', flowId })),
  ]
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)].filter((id) => id !== '')

/** The wire has one search, which is asked before each turn. */
const toSearches = (config: BotConfig, known: KnowledgeTool | undefined): KnowledgeTool[] => {
  const { match, rag } = config.regular_config
  if (match.repoId.length === 0 && match.docId.length === 0) return []
  return [
    {
      kind: 'knowledge',
      name: known?.name ?? 'knowledge',
      description: known?.description ?? '',
      bases: match.repoId,
      documents: match.docId,
      topK: config.knowledge_config.top_k,
      threshold: config.knowledge_config.score_threshold,
      mode: known?.mode ?? 'always',
      ragType: rag.type,
    },
  ]
}
