import { asList, asObject, asText } from '../../calls/read-json.ts'
import type { SeenRequest, WireStep, WireWriter } from '../wire-script.ts'
import type { WireRequest } from '../wire-server.ts'
import type { WireSpeaker } from '../wire-speaker.ts'
import { createCallHolder } from './hold-calls.ts'

const line = (message: object, more: object = { done: false }): string =>
  `${JSON.stringify({ model: 'm1', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', ...message }, ...more })}\n`

const createWriter = (): WireWriter => {
  const holder = createCallHolder()
  const write = (step: WireStep): string[] => {
    switch (step.type) {
      case 'text':
        return [line({ content: step.text })]
      case 'reasoning':
        return [line({ content: '', thinking: step.text })]
      case 'nothing':
        return [line({ content: null })]
      case 'call':
        holder.add(step)
        return []
      case 'unknown':
        return ['\n', line({ content: '', hologram: { depth: 3 } }, { done: false, aura: 'blue' })]
      case 'malformed':
        return ['{"model": "m1", "message": \n']
      case 'failure':
        return [`${JSON.stringify({ error: step.message })}\n`]
      case 'finish': {
        const calls = holder.calls().map(({ id, name, arguments: text }) =>
          line({
            content: '',
            tool_calls: [{ ...(id ? { id } : {}), function: { name, arguments: JSON.parse(text) as unknown } }],
          }),
        )
        const counts = step.usage && { prompt_eval_count: step.usage.prompt, eval_count: step.usage.completion }
        const done_reason = step.reason === 'tool-calls' ? 'stop' : step.reason
        return [...calls, line({ content: '' }, { done: true, done_reason, ...counts })]
      }
    }
  }
  return { write }
}

const readRequest = ({ headers, body }: WireRequest): SeenRequest => {
  const messages = asList(body.messages).map(asObject)
  const options = asObject(body.options)
  return {
    model: asText(body.model),
    key: asText(headers.authorization).replace('Bearer ', ''),
    system: asText(messages.find(({ role }) => role === 'system')?.content),
    messages: messages
      .filter(({ role }) => role === 'user' || role === 'assistant')
      .map(({ role, content }) => ({ role: asText(role), text: asText(content) })),
    images: messages.flatMap(({ images }) => asList(images).map(asText)),
    tools: asList(body.tools).map((tool) => {
      const { name, parameters } = asObject(asObject(tool).function)
      return { name: asText(name), parameters }
    }),
    temperature: options.temperature,
    maxTokens: options.num_predict,
    calls: messages.flatMap(({ tool_calls }) =>
      asList(tool_calls).map((call) => {
        const called = asObject(asObject(call).function)
        return `${called.name} ${JSON.stringify(called.arguments)}`
      }),
    ),
    results: messages
      .filter(({ role }) => role === 'tool')
      .map((message) => `${message.tool_name}: ${message.content}`),
  }
}

export const ollamaSpeaker: WireSpeaker = {
  provider: 'ollama',
  transport: 'http',
  path: '',
  apiKey: 'ollama-conformance-key',
  secret: 'ollama-conformance-key',
  contentType: 'application/x-ndjson',
  createWriter,
  errorBody: (_status, message) => JSON.stringify({ error: message }),
  failure: { code: 'MODEL_REFUSED', says: '' },
  readRequest,
  cannot: { 'a filtered answer says so': 'the protocol has no word for it' },
}
