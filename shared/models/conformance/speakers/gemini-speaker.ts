import { asList, asObject, asText, type JsonObject } from '../../calls/read-json.ts'
import type { SeenRequest, WireStep, WireWriter } from '../wire-script.ts'
import type { WireRequest } from '../wire-server.ts'
import type { WireSpeaker } from '../wire-speaker.ts'
import { createCallHolder } from './hold-calls.ts'

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\r\n\r\n`
const candidate = (parts: object[] | undefined, more: object = {}, rest: object = {}) =>
  event({ candidates: [{ ...(parts ? { content: { parts, role: 'model' } } : {}), index: 0, ...more }], ...rest })

const finishReasons: Record<string, string> = {
  stop: 'STOP',
  length: 'MAX_TOKENS',
  'tool-calls': 'STOP',
  'content-filter': 'SAFETY',
}

const createWriter = (): WireWriter => {
  const holder = createCallHolder()
  const write = (step: WireStep): string[] => {
    switch (step.type) {
      case 'text':
        return [candidate([{ text: step.text }])]
      case 'reasoning':
        return [candidate([{ text: step.text, thought: true }])]
      case 'nothing':
        return [candidate([{ text: null }]), candidate(undefined)]
      case 'call':
        holder.add(step)
        return []
      case 'unknown':
        return [
          ': a comment\n\n',
          candidate([{ hologram: { depth: 3 } }], { aura: 'blue' }, { modelVersion: 'x', mood: 1 }),
        ]
      case 'malformed':
        return ['data: {"candidates": [\r\n\r\n']
      case 'failure':
        return [event({ error: { code: 503, message: step.message, status: 'UNAVAILABLE' } })]
      case 'finish': {
        const parts = holder.calls().map(({ id, name, arguments: text }) => ({
          functionCall: { ...(id ? { id } : {}), name, args: JSON.parse(text) as unknown },
        }))
        const usage = step.usage && {
          usageMetadata: {
            promptTokenCount: step.usage.prompt,
            candidatesTokenCount: step.usage.completion,
            totalTokenCount: step.usage.prompt + step.usage.completion,
          },
        }
        return [candidate(parts, { finishReason: finishReasons[step.reason] }, usage ?? {})]
      }
    }
  }
  return { write }
}

const readRequest = ({ path, headers, body }: WireRequest): SeenRequest => {
  const contents = asList(body.contents).map(asObject)
  const parts = contents.flatMap((content) => asList(content.parts).map(asObject))
  const declared = asList(body.tools).flatMap((tool) => asList(asObject(tool).functionDeclarations).map(asObject))
  const config = asObject(body.generationConfig)
  return {
    model: /models\/([^:]+):streamGenerateContent\?alt=sse$/.exec(path)?.[1] ?? '',
    key: asText(headers['x-goog-api-key']),
    system: textOf(asObject(body.systemInstruction)),
    messages: contents.map((content) => ({
      role: content.role === 'model' ? 'assistant' : asText(content.role),
      text: textOf(content),
    })),
    images: parts.flatMap(({ inlineData }) => (inlineData ? [asText(asObject(inlineData).data)] : [])),
    tools: declared.map(({ name, parametersJsonSchema }) => ({ name: asText(name), parameters: parametersJsonSchema })),
    temperature: config.temperature,
    maxTokens: config.maxOutputTokens,
    calls: parts.flatMap(({ functionCall }) => {
      const { name, args } = asObject(functionCall)
      return functionCall ? [`${name} ${JSON.stringify(args)}`] : []
    }),
    results: parts.flatMap(({ functionResponse }) => {
      const { name, response } = asObject(functionResponse)
      return functionResponse ? [`${name}: ${asObject(response).result}`] : []
    }),
  }
}

const textOf = (content: JsonObject): string =>
  asList(content.parts)
    .map((part) => asText(asObject(part).text))
    .join('')

export const geminiSpeaker: WireSpeaker = {
  provider: 'gemini',
  transport: 'http',
  path: '/v1beta',
  apiKey: 'AIza-conformance-key',
  secret: 'AIza-conformance-key',
  contentType: 'text/event-stream',
  createWriter,
  errorBody: (code, message) => JSON.stringify([{ error: { code, message, status: 'FAILED_PRECONDITION' } }]),
  failure: { code: 'MODEL_UNREACHABLE', says: '503' },
  readRequest,
  cannot: {
    'a complete answer ends although its connection stays open':
      'only the end of the connection is the end of a stream',
  },
}
