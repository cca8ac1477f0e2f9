import { ROUNDS_MAX } from '../loop/stop-conditions.ts'
import type { PluginIds } from '../turns/prepare-turn.ts'
import { InvalidRequestError } from '../wire/invalid-request.ts'
import { type Fields, isFields, readInteger, readList, readObject, readText, readTexts } from '../wire/read-fields.ts'
import { type CompletionRequest, readCompletionRequest } from './read-chat-request.ts'

/** A request that brings its agent with it. */
export interface CustomRequest extends CompletionRequest {
  model: { url: string; modelId: string; apiKey: string }
  instruction: { reasoning: string; answer: string }
  plugins: PluginIds
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

const readPlugins = (plugin: Fields): PluginIds => ({
  toolIds: readList(plugin, 'tools').map(readToolId),
  mcpServers: [...readTexts(plugin, 'mcp_server_ids'), ...readTexts(plugin, 'mcp_server_urls')],
  flowIds: readTexts(plugin, 'workflow_ids'),
  knowledgeIds: readList(plugin, 'knowledge').flatMap(readKnowledge),
})

/** A tool is named by its id, or by id and version. */
const readToolId = (tool: unknown): string => {
  if (typeof tool === 'string') return tool
  if (isFields(tool)) return readText(tool, 'tool_id')
  throw new InvalidRequestError('string_type', 'str', 'Input should be a valid string')
}

const readKnowledge = (entry: unknown, position: number): string[] => {
  if (!isFields(entry)) {
    throw new InvalidRequestError(
      'model_attributes_type',
      position,
      'Input should be a valid dictionary or object to extract fields from',
    )
  }
  readText(entry, 'name', { charsMin: 1, charsMax: 128 })
  readText(entry, 'description', { charsMax: 1024 })
  readInteger(entry, 'top_k', { minimum: 1, maximum: 5 })
  readInteger(entry, 'repo_type', { minimum: 1, maximum: 2 })
  const match = readObject(entry, 'match')
  return [...readTexts(match, 'repo_ids'), ...readTexts(match, 'doc_ids')]
}
