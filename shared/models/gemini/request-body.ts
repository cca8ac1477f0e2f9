import { CONTINUATION_KEY, CONTINUE_INSTRUCTION } from '../calls/continuation.ts'
import { argumentsObject, joinTurns, splitSystem, toolNameOf, type WireTurn } from '../calls/conversation.ts'
import type { ImageData } from '../calls/image-data.ts'
import { MADE_UP_ID } from '../calls/join-tool-calls.ts'
import { asObject, asText, type JsonObject, parseObject } from '../calls/read-json.ts'
import type { ChatMessage, ChatRequest, ToolCall, ToolDefinition } from '../chat-model.ts'

/** Where a call must carry a signature and has none of this provider's: it was made by another model (documented by the vendor). */
const UNSIGNED = 'skip_thought_signature_validator'
/** Models that refuse unsigned calls. */
const WANTS_SIGNATURES = /gemini-([3-9]|\d\d)/

/** The body of a streamGenerateContent request (https://ai.google.dev/api/generate-content). Pure. */
export const toGenerateBody = (
  request: ChatRequest,
  options: {
    modelId: string
    parameters: Record<string, unknown>
    images: ReadonlyMap<string, ImageData>
    /** Name of the field that takes a JSON Schema; older servers know only `parameters`. */
    schemaField: 'parametersJsonSchema' | 'parameters'
  },
): JsonObject => {
  const { [CONTINUATION_KEY]: continuation, ...extra } = { ...options.parameters, ...request.extra }
  const { system, turns } = splitSystem(request.messages)
  const contents = turns.map((message, position) => toTurn(message, { ...options, turns, position }))
  const generationConfig = {
    ...asObject(options.parameters.generationConfig),
    ...asObject(request.extra?.generationConfig),
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.maxTokens === undefined ? {} : { maxOutputTokens: request.maxTokens }),
  }
  const toTool = ({ name, description, parameters }: ToolDefinition) => ({
    name,
    description,
    [options.schemaField]: parameters,
  })
  return {
    ...extra,
    ...(system === '' ? {} : { systemInstruction: { parts: [{ text: system }] } }),
    contents: joinTurns([...contents, ...continuationTurns(request.continueFrom, continuation)]),
    ...(request.tools?.length ? { tools: [{ functionDeclarations: request.tools.map(toTool) }] } : {}),
    ...(Object.keys(generationConfig).length > 0 ? { generationConfig } : {}),
  }
}

type Turn = WireTurn<'user' | 'model'>

const toTurn = (
  message: ChatMessage,
  context: {
    turns: readonly ChatMessage[]
    position: number
    images: ReadonlyMap<string, ImageData>
    modelId: string
  },
): Turn => {
  if (message.role === 'tool') {
    const name = toolNameOf(context.turns, context.position)
    const response = parseObject(message.content) ?? { result: message.content }
    return { role: 'user', parts: [{ functionResponse: { ...idOf(message.toolCallId ?? ''), name, response } }] }
  }
  const text = message.content === '' ? [] : [{ text: message.content }]
  if (message.role === 'user') {
    const pictures = (message.images ?? []).flatMap(({ url }) => {
      const data = context.images.get(url)
      return data ? [{ inlineData: { mimeType: data.mediaType, data: data.base64 } }] : []
    })
    return { role: 'user', parts: [...pictures, ...text] }
  }
  const calls = (message.toolCalls ?? []).map((call, index) => toCall(call, index === 0, context.modelId))
  return { role: 'model', parts: [...text, ...calls] }
}

/** Only the first of parallel calls is signed. */
const toCall = (call: ToolCall, isFirst: boolean, modelId: string): JsonObject => {
  const signature = asText(parseObject(call.providerData ?? '')?.thoughtSignature)
  const thoughtSignature = signature || (isFirst && WANTS_SIGNATURES.test(modelId) ? UNSIGNED : '')
  return {
    functionCall: { ...idOf(call.id), name: call.name, args: argumentsObject(call) },
    ...(thoughtSignature === '' ? {} : { thoughtSignature }),
  }
}

/** Not every version of the API gives its calls ids; those that we made up are ours alone. */
const idOf = (id: string): { id?: string } => (id === '' || MADE_UP_ID.test(id) ? {} : { id })

const continuationTurns = (delivered: string | undefined, mode: unknown): Turn[] => {
  if (!delivered) return []
  const beginning: Turn = { role: 'model', parts: [{ text: delivered }] }
  return mode === 'prefix' ? [beginning] : [beginning, { role: 'user', parts: [{ text: CONTINUE_INSTRUCTION }] }]
}
