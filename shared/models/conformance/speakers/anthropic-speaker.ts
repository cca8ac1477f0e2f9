import { asList, asObject, asText, type JsonObject } from '../../calls/read-json.ts'
import type { SeenRequest, WireStep, WireWriter } from '../wire-script.ts'
import type { WireRequest } from '../wire-server.ts'
import type { WireSpeaker } from '../wire-speaker.ts'

const event = (value: JsonObject): string => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`

const stopReasons: Record<string, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
}

const createWriter = (usage?: { prompt: number; completion: number }): WireWriter => {
  let began = false
  let open: { kind: string; index: number } | undefined
  let blocks = 0
  /** Calls by place; they stay open together, so that their fragments can interleave. */
  const calls = new Map<number, number>()

  const start = (): string[] => {
    if (began) return []
    began = true
    const message = { id: 'm1', type: 'message', role: 'assistant', content: [] }
    const counted = usage ? { usage: { input_tokens: usage.prompt, output_tokens: 1 } } : {}
    return [event({ type: 'message_start', message: { ...message, ...counted } })]
  }
  const close = (): string[] => {
    const closing = open ? [event({ type: 'content_block_stop', index: open.index })] : []
    open = undefined
    return closing
  }
  const block = (kind: string, content: JsonObject): string[] => {
    if (open?.kind === kind) return []
    const closing = close()
    open = { kind, index: blocks++ }
    return [...closing, event({ type: 'content_block_start', index: open.index, content_block: content })]
  }
  const delta = (value: JsonObject, index = open?.index) => event({ type: 'content_block_delta', index, delta: value })

  const call = (step: WireStep & { type: 'call' }): string[] => {
    const known = calls.get(step.place)
    const fragment = (index: number) => delta({ type: 'input_json_delta', partial_json: step.arguments }, index)
    if (known !== undefined) return [fragment(known)]
    const index = blocks + 1
    blocks += 2
    calls.set(step.place, index)
    const content_block = { type: 'tool_use', id: step.id ?? `toolu_${step.place}`, name: step.name, input: {} }
    return [...close(), event({ type: 'content_block_start', index, content_block }), fragment(index)]
  }

  const rest = (step: WireStep): string[] => {
    switch (step.type) {
      case 'text':
        return [...block('text', { type: 'text', text: '' }), delta({ type: 'text_delta', text: step.text })]
      case 'reasoning':
        return [
          ...block('thinking', { type: 'thinking', thinking: '', signature: '' }),
          delta({ type: 'thinking_delta', thinking: step.text }),
        ]
      case 'nothing':
        return [event({ type: 'ping' }), ...block('text', { type: 'text', text: null })]
      case 'call':
        return call(step)
      case 'unknown':
        return [
          ': a comment\n\n',
          event({ type: 'weather_report', sky: 'blue' }),
          event({ type: 'content_block_start', index: 90, content_block: { type: 'hologram', depth: 3 } }),
          event({ type: 'content_block_delta', index: 90, delta: { type: 'hologram_delta', depth: 4 } }),
          event({ type: 'content_block_stop', index: 90 }),
        ]
      case 'malformed':
        return ['event: content_block_delta\ndata: {"type": "content_block_delta", \n\n']
      case 'failure':
        return [event({ type: 'error', error: { type: 'overloaded_error', message: step.message } })]
      case 'finish': {
        const counted = usage ? { usage: { output_tokens: usage.completion } } : {}
        return [
          ...close(),
          event({ type: 'message_delta', delta: { stop_reason: stopReasons[step.reason] }, ...counted }),
          event({ type: 'message_stop' }),
        ]
      }
    }
  }
  return { write: (step) => [...start(), ...rest(step)] }
}

const readRequest = ({ headers, body }: WireRequest): SeenRequest => {
  const messages = asList(body.messages).map(asObject)
  const parts = messages.flatMap(({ content }) => asList(content).map(asObject))
  const ofType = (type: string) => parts.filter((part) => part.type === type)
  return {
    model: asText(body.model),
    key: asText(headers['x-api-key']),
    system: asText(body.system),
    messages: messages.map(({ role, content }) => ({
      role: asText(role),
      text: asList(content)
        .map((part) => asText(asObject(part).text))
        .join(''),
    })),
    images: ofType('image').map(({ source }) => asText(asObject(source).data)),
    tools: asList(body.tools).map((tool) => {
      const { name, input_schema } = asObject(tool)
      return { name: asText(name), parameters: input_schema }
    }),
    temperature: body.temperature,
    maxTokens: body.max_tokens,
    calls: ofType('tool_use').map(({ name, input }) => `${name} ${JSON.stringify(input)}`),
    results: ofType('tool_result').map(({ tool_use_id, content }) => `${tool_use_id}: ${content}`),
  }
}

export const anthropicSpeaker: WireSpeaker = {
  provider: 'anthropic',
  transport: 'http',
  path: '/v1',
  apiKey: 'sk-ant-conformance-key',
  secret: 'sk-ant-conformance-key',
  contentType: 'text/event-stream',
  createWriter,
  errorBody: (_status, message) =>
    JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message }, request_id: 'r1' }),
  failure: { code: 'MODEL_UNREACHABLE', says: '529' },
  readRequest,
  cannot: {},
}
