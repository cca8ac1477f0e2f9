import type { ToolCall } from '#shared/models/chat-model.ts'
import { SourceError, WireError } from '../errors.ts'
import { repairJson } from '../react/repair-json.ts'
import { ToolInputError } from '../toolbox/tool.ts'
import type { RunTool, ToolContext, ToolOutcome } from '../toolbox/tool-outcome.ts'
import { isFields } from '../wire/read-fields.ts'
import type { PinnedTool, ToolKind } from './pinned-tool.ts'

/** What a model gets to read of one result. */
export const RESULT_CHARS_MAX = 30_000

/** Runs one call. Whatever goes wrong with it is an answer for the model. Throws when the turn is aborted or must end for it. */
export const runTool = async (
  run: RunTool,
  call: { tool: PinnedTool | undefined; call: ToolCall; onBrokenSource: 'fail' | 'degrade' },
  context: ToolContext,
): Promise<ToolOutcome> => {
  const { tool, onBrokenSource } = call
  if (!tool) return failed(`There is no tool named "${call.call.name}".`)
  const input = parseArguments(call.call.arguments)
  if (!input) return failed('The arguments are no JSON object. Call again with one.')
  try {
    return cut(await run(tool, input, context))
  } catch (error) {
    context.signal.throwIfAborted()
    if (error instanceof ToolInputError) return failed(error.message)
    if (!(error instanceof SourceError)) throw error
    if (onBrokenSource === 'fail') throw toWireError(tool.reference.kind, error)
    return failed(`The tool "${tool.definition.name}" could not be used: ${error.message}`)
  }
}

/** The wire's codes for a call that never came to an answer. */
const WIRE_FAILURES: Readonly<Record<ToolKind, readonly [number, string]>> = {
  builtin: [40024, 'Failed to execute link tool'],
  link: [40024, 'Failed to execute link tool'],
  knowledge: [40025, 'Failed to query knowledge base'],
  memory: [40024, 'Failed to execute link tool'],
  mcp: [40027, 'Failed to execute MCP tool'],
  workflow: [40028, 'Failed to call workflow tool'],
}

const toWireError = (kind: ToolKind, error: SourceError): WireError => {
  const [code, words] = WIRE_FAILURES[kind]
  return new WireError(code, `${words}: ${error.message}`, { cause: error })
}

const failed = (text: string): ToolOutcome => ({ text, failed: true })

const cut = (outcome: ToolOutcome): ToolOutcome => {
  if (outcome.text.length <= RESULT_CHARS_MAX) return outcome
  const left = outcome.text.length - RESULT_CHARS_MAX
  return { ...outcome, text: `${outcome.text.slice(0, RESULT_CHARS_MAX)}\n(${left} more characters were cut off)` }
}

const parseArguments = (text: string): Record<string, unknown> | undefined => {
  const value = repairJson(text.trim() === '' ? '{}' : text)
  return isFields(value) ? { ...value } : undefined
}
