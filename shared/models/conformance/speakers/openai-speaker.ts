import { asList, asObject, asText, type JsonObject } from '../../calls/read-json.ts'
import type { SeenRequest, WireStep } from '../wire-script.ts'
import type { WireRequest } from '../wire-server.ts'
import type { WireSpeaker } from '../wire-speaker.ts'

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`
const chunk = (delta: object, finish_reason: string | null = null) =>
  event({ id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })

const finishReasons: Record<string, string> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
}

const write = (step: WireStep): string[] => {
  switch (step.type) {
    case 'text':
      return [chunk({ content: step.text })]
    case 'reasoning':
      return [chunk({ content: null, reasoning_content: step.text })]
    case 'nothing':
      return [chunk({ role: 'assistant', content: null })]
    case 'call': {
      const called = { ...(step.name ? { name: step.name } : {}), arguments: step.arguments }
      const begun = step.id ? { id: step.id, type: 'function' } : {}
      return [chunk({ tool_calls: [{ index: step.place, ...begun, function: called }] })]
    }
    case 'unknown':
      return [
        ': a comment\n\n',
        'event: surprise\nid: 7\nretry: 10\n',
        event({ mood: 'sunny', choices: [{ index: 0, delta: { aura: ['blue'] }, confetti: true }] }),
      ]
    case 'malformed':
      return ['data: {"choices": [{"delta": \n\n']
    case 'failure':
      return [event({ error: { message: step.message, type: 'server_error' } })]
    case 'finish': {
      const usage = step.usage && {
        prompt_tokens: step.usage.prompt,
        completion_tokens: step.usage.completion,
        total_tokens: step.usage.prompt + step.usage.completion,
      }
      return [
        chunk({}, finishReasons[step.reason]),
        ...(usage ? [event({ choices: [], usage })] : []),
        'data: [DONE]\n\n',
      ]
    }
  }
}

const readRequest = ({ headers, body }: WireRequest): SeenRequest => {
  const messages = asList(body.messages).map(asObject)
  return {
    model: asText(body.model),
    key: asText(headers.authorization).replace('Bearer ', ''),
    system: asText(messages.find(({ role }) => role === 'system')?.content),
    messages: messages
      .filter(({ role }) => role === 'user' || role === 'assistant')
      .map((message) => ({ role: asText(message.role), text: textOf(message) })),
    images: messages.flatMap(({ content }) =>
      asList(content).flatMap((part) => asText(asObject(asObject(part).image_url).url).split('base64,')[1] ?? []),
    ),
    tools: asList(body.tools).map((tool) => {
      const { name, parameters } = asObject(asObject(tool).function)
      return { name: asText(name), parameters }
    }),
    temperature: body.temperature,
    maxTokens: body.max_tokens,
    calls: messages.flatMap(({ tool_calls }) =>
      asList(tool_calls).map((call) => {
        const called = asObject(asObject(call).function)
        return `${called.name} ${called.arguments}`
      }),
    ),
    results: messages
      .filter(({ role }) => role === 'tool')
      .map((message) => `${message.tool_call_id}: ${message.content}`),
  }
}

const textOf = ({ content }: JsonObject): string =>
  typeof content === 'string'
    ? content
    : asList(content)
        .map((part) => asText(asObject(part).text))
        .join('')

export const openAiSpeaker: WireSpeaker = {
  provider: 'openai',
  transport: 'http',
  path: '/v1',
  apiKey: 'sk-conformance-key',
  secret: 'sk-conformance-key',
  contentType: 'text/event-stream',
  createWriter: () => ({ write }),
  errorBody: (_status, message) => JSON.stringify({ error: { message, type: 'invalid_request_error' } }),
  failure: { code: 'MODEL_UNREACHABLE', says: '' },
  readRequest,
  cannot: {},
}
