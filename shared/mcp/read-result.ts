import { compileJsonSchema } from '#shared/json-schema/compile-json-schema.ts'
import { McpAnswerInvalidError } from './errors.ts'
import type { McpCallResult } from './mcp-session.ts'
import { isObject, type McpTool } from './mcp-tool.ts'

/**
 * A result of `tools/call`: content of any kind is passed on as it came, also of kinds that newer servers invent. Throws McpAnswerInvalidError.
 * @param tool by whose output schema the structured content is checked; a misfit is told, the rest of the result is still of use
 */
export const readResult = (server: string, answer: unknown, tool: McpTool | undefined): McpCallResult => {
  if (!isObject(answer)) throw new McpAnswerInvalidError(server, 'a result that is no object')
  // Servers of 2024 answer `toolResult`, a single value.
  const content = answer.content ?? (answer.toolResult === undefined ? [] : [asText(answer.toolResult)])
  if (!Array.isArray(content) || !content.every(isBlock))
    throw new McpAnswerInvalidError(server, 'a result whose content is no list of typed blocks')
  const structured = isObject(answer.structuredContent) ? answer.structuredContent : undefined
  const isError = answer.isError === true
  const fault = isError ? undefined : structureFault(tool, structured)
  return {
    content,
    ...(structured && { structuredContent: structured }),
    isError,
    ...(fault !== undefined && { structureFault: fault }),
  }
}

const isBlock = (block: unknown): block is Record<string, unknown> => isObject(block) && typeof block.type === 'string'

const asText = (value: unknown) => ({ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) })

const structureFault = (tool: McpTool | undefined, structured: unknown): string | undefined => {
  if (!tool?.outputSchema) return undefined
  if (structured === undefined) return 'the tool declares an outputSchema, but sent no structured content'
  return compileJsonSchema(tool.outputSchema)(structured)
}
