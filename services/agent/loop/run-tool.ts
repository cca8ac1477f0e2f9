import type { ToolCall } from '#shared/models/chat-model.ts'
import { type Tool, ToolInputError } from '../toolbox/tool.ts'
import { isFields } from '../wire/read-fields.ts'

/** What a model gets to read of one result; the wire's known client cannot read lines above 128 KiB. */
export const RESULT_CHARS_MAX = 30_000

export interface ToolOutcome {
  text: string
  failed: boolean
}

/** Runs one call. A failed tool is an answer too: the model reads why and goes on. Throws only when the turn is aborted. */
export const runTool = async (
  tool: Tool | undefined,
  call: ToolCall,
  context: { idempotencyKey: string; signal: AbortSignal },
): Promise<ToolOutcome> => {
  if (!tool) return { text: `There is no tool named "${call.name}".`, failed: true }
  const input = parseArguments(call.arguments)
  if (!input) return { text: 'The arguments are no JSON object. Call again with one.', failed: true }
  try {
    const text = await tool.run(input, { ...context, now: new Date() })
    return { text: text.slice(0, RESULT_CHARS_MAX), failed: false }
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof ToolInputError) return { text: error.message, failed: true }
    throw error
  }
}

const parseArguments = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}
