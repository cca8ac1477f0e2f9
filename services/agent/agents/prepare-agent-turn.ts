import type { Bot } from '../bots/bot-store.ts'
import type { KnowledgeSearch } from '../loop/pinned-knowledge.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'
import type { ModelReference, TurnStarted } from '../loop/turn-events.ts'
import type { MemoryStore } from '../memory/memory-store.ts'
import { memoryTools } from '../memory/memory-tools.ts'
import { toKnowledgeTool } from '../toolbox/knowledge-tool.ts'
import { nameTools } from '../toolbox/tool-names.ts'
import { modelReference } from '../turns/model-reference.ts'
import { DEFAULT_TOOL_VERSION, type Plugins } from '../turns/plugins.ts'
import { type AgentSpec, type PrepareTurnDependencies, prepareTurn, type TurnRequest } from '../turns/prepare-turn.ts'
import {
  type AgentModel,
  type AgentSettings,
  type AgentTool,
  DEFAULT_RAG_TYPE,
  type KnowledgeTool,
} from './agent-settings.ts'

export interface PrepareAgentTurnDependencies extends PrepareTurnDependencies {
  memories: MemoryStore
}

/** Pins all that a turn of this agent depends on, in the state that `bot` is. Throws WireError for a source that is not there. */
export const prepareAgentTurn = async (
  dependencies: PrepareAgentTurnDependencies,
  bot: Bot,
  request: TurnRequest,
): Promise<TurnStarted> => {
  const { settings } = bot.content
  const [started, facts] = await Promise.all([
    prepareTurn(dependencies, specOf(dependencies, bot), request),
    recallFacts(dependencies, bot, request),
  ])
  const background = { summary: request.background?.summary ?? '', facts }
  return {
    ...started,
    ...(background.summary !== '' || facts.length > 0 ? { background } : {}),
    tools: started.limits.roundsMax > 0 ? toolsOf(started, bot.botId, settings) : [],
  }
}

/** What the agent remembers of the user, as far as it concerns the question. Facts belong to somebody. */
const recallFacts = async (
  { memories }: PrepareAgentTurnDependencies,
  { appId, botId, content }: Bot,
  { uid, messages }: TurnRequest,
): Promise<string[]> => {
  const { enabled, tokensMax } = content.settings.memory.longTerm
  if (!enabled || uid === '') return []
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? ''
  return memories.recall({ appId, botId, uid }, { question, tokensMax })
}

/** What the sources offer of what was chosen, the searches that the model makes itself, and the tools of the memory. */
const toolsOf = (started: TurnStarted, botId: string, settings: AgentSettings): PinnedTool[] =>
  nameTools([
    ...chooseTools(started.tools, settings.tools),
    ...searchesOf(settings.tools)
      .filter(({ mode }) => mode === 'tool')
      .map((search) => toKnowledgeTool(toSearch(search))),
    ...(settings.memory.longTerm.enabled && started.uid !== '' ? memoryTools(botId) : []),
  ])

const specOf = ({ secrets }: PrepareTurnDependencies, { botId, content }: Bot): AgentSpec => {
  const { settings, keys } = content
  const {
    instruction,
    answerInstruction,
    model,
    answerModel,
    fallbackModels,
    calling,
    limits,
    approval,
    cite,
    onBrokenSource,
  } = settings
  const refer = ({ url, name, temperature, maxTokens }: AgentModel, apiKey: string): ModelReference => ({
    ...modelReference(secrets, {
      url,
      modelId: name,
      apiKey,
      parameters: { temperature, ...(maxTokens > 0 ? { maxTokens } : {}) },
    }),
    ...(fallbackModels.length > 0 ? { fallbacks: fallbackModels } : {}),
  })
  return {
    botId,
    instructions: { reasoning: instruction, answer: answerInstruction ?? instruction },
    planModel: refer(model, keys.model),
    answerModel: answerModel ? refer(answerModel, keys.answerModel) : refer(model, keys.model),
    plugins: pluginsOf(settings),
    settings: { calling, limits, approval, cite, onBrokenSource },
  }
}

const pluginsOf = ({ tools }: AgentSettings): Plugins => ({
  tools: tools.flatMap((tool) => {
    if (tool.kind === 'builtin') return [{ toolId: tool.id, version: DEFAULT_TOOL_VERSION }]
    return tool.kind === 'link' ? [{ toolId: tool.toolId, version: tool.version }] : []
  }),
  mcpServerIds: tools.flatMap((tool) => (tool.kind === 'mcp' && tool.serverId !== '' ? [tool.serverId] : [])),
  mcpServerUrls: tools.flatMap((tool) => (tool.kind === 'mcp' && tool.url !== '' ? [tool.url] : [])),
  flowIds: tools.flatMap((tool) => (tool.kind === 'flow' ? [tool.flowId] : [])),
  knowledge: searchesOf(tools)
    .filter(({ mode }) => mode === 'always')
    .map(toSearch),
})

const toSearch = ({
  name,
  description,
  ragType,
  topK,
  threshold,
  bases,
  documents,
}: KnowledgeTool): KnowledgeSearch => ({
  name,
  description,
  ragType: ragType || DEFAULT_RAG_TYPE,
  topN: topK,
  threshold,
  repoIds: bases,
  docIds: documents,
})

const searchesOf = (tools: readonly AgentTool[]) =>
  tools.filter((tool): tool is KnowledgeTool => tool.kind === 'knowledge')

/** Of what the sources offer, the operations and names that were chosen. Pure. */
export const chooseTools = (offered: readonly PinnedTool[], chosen: readonly AgentTool[]): PinnedTool[] =>
  offered.filter(({ reference }) => {
    if (reference.kind === 'link') {
      const tools = chosen.filter((tool) => tool.kind === 'link' && tool.toolId === reference.toolId)
      return tools.some(
        (tool) =>
          tool.kind === 'link' &&
          (tool.operationId === null || tool.operationId === reference.operation.operationId) &&
          tool.version === reference.version,
      )
    }
    if (reference.kind === 'mcp') {
      const tools = chosen.filter(
        (tool) =>
          tool.kind === 'mcp' &&
          (tool.serverId === '' ? tool.url === reference.serverUrl : tool.serverId === reference.serverId),
      )
      return tools.some((tool) => tool.kind === 'mcp' && (tool.names?.includes(reference.toolName) ?? true))
    }
    return true
  })
