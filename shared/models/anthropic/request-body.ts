import { CONTINUATION_KEY, CONTINUE_INSTRUCTION } from '../calls/continuation.ts'
import { argumentsObject, joinTurns, splitSystem, type WireTurn } from '../calls/conversation.ts'
import { readImage } from '../calls/image-data.ts'
import { asCount, asList, asObject, type JsonObject, parseObject } from '../calls/read-json.ts'
import type { ChatImage, ChatMessage, ChatRequest } from '../chat-model.ts'

/** The API wants a limit; this one every model of the vendor accepts. */
const ANSWER_TOKENS_DEFAULT = 4_096
const TEMPERATURE_MAX = 1

/**
 * The body of a streaming Messages request (https://docs.anthropic.com/en/api/messages). An interrupted answer is continued from its own
 * beginning, or by instruction when the model takes no beginning. Pure.
 */
export const toMessagesBody = (
  request: ChatRequest,
  options: { modelId: string; parameters: Record<string, unknown>; canPrefill: boolean },
): JsonObject => {
  const { [CONTINUATION_KEY]: continuation, ...extra } = { ...options.parameters, ...request.extra }
  const { system, turns } = splitSystem(request.messages)
  const thinking = thinkingFor(turns, extra.thinking)
  // Thinking cannot start in the middle of an answer.
  const prefills = options.canPrefill && continuation !== 'instruction' && !thinking
  const messages = joinTurns([...turns.map(toTurn), ...continuationTurns(request.continueFrom, prefills)])
  const { thinking: _, ...body } = extra
  return {
    max_tokens: ANSWER_TOKENS_DEFAULT + asCount(thinking?.budget_tokens),
    ...body,
    model: options.modelId,
    ...(system === '' ? {} : { system }),
    messages: messages.map(({ role, parts }) => ({ role, content: parts })),
    ...(request.tools?.length ? { tools: request.tools.map(toTool) } : {}),
    ...(thinking ? { thinking } : {}),
    ...temperatureOf(request, thinking !== undefined),
    ...(request.maxTokens === undefined ? {} : { max_tokens: request.maxTokens }),
    stream: true,
  }
}

const toTool = (tool: NonNullable<ChatRequest['tools']>[number]) => ({
  name: tool.name,
  description: tool.description,
  input_schema: { type: 'object', ...tool.parameters },
})

/** OpenAI's scale goes to 2; a thinking model takes no temperature at all. */
const temperatureOf = ({ temperature }: ChatRequest, thinks: boolean) =>
  temperature === undefined || thinks ? {} : { temperature: Math.min(temperature, TEMPERATURE_MAX) }

/**
 * A turn that thinks must be given its signed thinking back beside its tool calls. Where a call lost it, the turn goes on without thinking
 * instead of being refused.
 */
const thinkingFor = (turns: readonly ChatMessage[], wanted: unknown): JsonObject | undefined => {
  const thinking = asObject(wanted)
  if (wanted === undefined || thinking.type === 'disabled') return undefined
  const lastUser = turns.findLastIndex((turn) => turn.role === 'user')
  const calls = turns.slice(lastUser + 1).flatMap((turn) => (turn.toolCalls?.length ? [turn.toolCalls] : []))
  return calls.every((made) => made.some((call) => call.providerData !== undefined)) ? thinking : undefined
}

const toTurn = (message: ChatMessage): WireTurn<'user' | 'assistant'> => {
  if (message.role === 'tool') {
    const result = { type: 'tool_result', tool_use_id: toolId(message.toolCallId ?? ''), content: message.content }
    return { role: 'user', parts: [result] }
  }
  // Text of white space alone is refused.
  const text = message.content.trim() === '' ? [] : [{ type: 'text', text: message.content }]
  if (message.role === 'user') return { role: 'user', parts: [...(message.images ?? []).map(toImage), ...text] }
  const calls = message.toolCalls ?? []
  const uses = calls.map((call) => ({
    type: 'tool_use',
    id: toolId(call.id),
    name: call.name,
    input: argumentsObject(call),
  }))
  return { role: 'assistant', parts: [...calls.flatMap(thinkingOf), ...text, ...uses] }
}

/** Written by answer-reader.ts; data of another provider is left out. */
const thinkingOf = ({ providerData }: { providerData?: string }): JsonObject[] =>
  asList(parseObject(providerData ?? '')?.thinking).map(asObject)

/** Ids of other providers may hold what this one refuses. */
const toolId = (id: string): string => id.replace(/[^\w-]/g, '_')

const toImage = (image: ChatImage): JsonObject => {
  const data = readImage(image)
  return {
    type: 'image',
    source: data ? { type: 'base64', media_type: data.mediaType, data: data.base64 } : { type: 'url', url: image.url },
  }
}

const continuationTurns = (delivered: string | undefined, prefills: boolean): WireTurn<'user' | 'assistant'>[] => {
  // White space at the end of a beginning is refused; the answer's own is dropped where it repeats it.
  const text = delivered?.trimEnd() ?? ''
  if (text === '') return []
  const beginning: WireTurn<'user' | 'assistant'> = { role: 'assistant', parts: [{ type: 'text', text }] }
  return prefills ? [beginning] : [beginning, { role: 'user', parts: [{ type: 'text', text: CONTINUE_INSTRUCTION }] }]
}
