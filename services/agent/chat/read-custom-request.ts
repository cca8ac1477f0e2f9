import type { KnowledgeSearch } from '../loop/pinned-knowledge.ts'
import { ROUNDS_MAX } from '../loop/turn-limits.ts'
import { DEFAULT_TOOL_VERSION, type Plugins } from '../turns/plugins.ts'
import { InvalidRequestError } from '../wire/invalid-request.ts'
import { type Fields, isFields, readInteger, readList, readObject, readText, readTexts } from '../wire/read-fields.ts'
import { type CompletionRequest, readCompletionRequest } from './read-chat-request.ts'

/** A request that brings its agent with it. */
export interface CustomRequest extends CompletionRequest {
  model: { url: string; modelId: string; apiKey: string }
  instruction: { reasoning: string; answer: string }
  plugins: Plugins
  /** 0: no tools, answer at once. */
  roundsMax: number
}

/** Reads the body of the custom route. Throws InvalidRequestError. */
export const readCustomRequest = (body: Fields): CustomRequest => {
  const completion = readCompletionRequest(body)
  const model = readObject(body, 'model_config', { required: true })
  const instruction = readObject(body, 'instruction')
  return {
    ...completion,
    model: {
      modelId: readText(model, 'domain'),
      url: readText(model, 'api'),
      apiKey: readText(model, 'api_key', { fallback: '' }),
    },
    instruction: {
      reasoning: readText(instruction, 'reasoning', { fallback: '' }),
      answer: readText(instruction, 'answer', { fallback: '' }),
    },
    plugins: readPlugins(readObject(body, 'plugin')),
    roundsMax: Math.min(ROUNDS_MAX, Math.max(0, readInteger(body, 'max_loop_count'))),
  }
}

const readPlugins = (plugin: Fields): Plugins => ({
  tools: readList(plugin, 'tools').map(readTool),
  mcpServerIds: readTexts(plugin, 'mcp_server_ids'),
  mcpServerUrls: readTexts(plugin, 'mcp_server_urls'),
  flowIds: readTexts(plugin, 'workflow_ids'),
  knowledge: readList(plugin, 'knowledge').map(readKnowledge).filter(namesSomething),
})

/** A tool is named by its id, or by id and version. */
const readTool = (tool: unknown): Plugins['tools'][number] => {
  if (typeof tool === 'string') return { toolId: tool, version: DEFAULT_TOOL_VERSION }
  if (isFields(tool)) {
    return { toolId: readText(tool, 'tool_id'), version: readText(tool, 'version', { fallback: DEFAULT_TOOL_VERSION }) }
  }
  throw new InvalidRequestError('string_type', 'str', 'Input should be a valid string')
}

/** The wire's numbers for strategies. */
const RAG_TYPES: Readonly<Record<number, string>> = { 1: 'AIUI-RAG2', 2: 'CBG-RAG' }
/** Least score on this route, which does not let its callers choose. */
const THRESHOLD = 0.3

const namesSomething = ({ repoIds, docIds }: KnowledgeSearch): boolean => repoIds.length > 0 || docIds.length > 0

const readKnowledge = (entry: unknown, position: number): KnowledgeSearch => {
  if (!isFields(entry)) {
    throw new InvalidRequestError(
      'model_attributes_type',
      position,
      'Input should be a valid dictionary or object to extract fields from',
    )
  }
  const name = readText(entry, 'name', { charsMin: 1, charsMax: 128 })
  const description = readText(entry, 'description', { charsMax: 1024 })
  const topN = readInteger(entry, 'top_k', { minimum: 1, maximum: 5 })
  const repoType = readInteger(entry, 'repo_type', { minimum: 1, maximum: 2 })
  const match = readObject(entry, 'match')
  return {
    name,
    description,
    topN,
    ragType: RAG_TYPES[repoType] ?? 'AIUI-RAG2',
    threshold: THRESHOLD,
    repoIds: readTexts(match, 'repo_ids'),
    docIds: readTexts(match, 'doc_ids'),
  }
}
