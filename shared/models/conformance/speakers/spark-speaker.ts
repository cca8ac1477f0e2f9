import { createHmac } from 'node:crypto'
import { asList, asObject, asText } from '../../calls/read-json.ts'
import type { SeenRequest, WireStep, WireWriter } from '../wire-script.ts'
import type { WireRequest } from '../wire-server.ts'
import type { WireSpeaker } from '../wire-speaker.ts'
import { createCallHolder } from './hold-calls.ts'

const [APP_ID, KEY, SECRET] = ['app-1', 'spark-key', 'spark-very-secret']

const createWriter = (): WireWriter => {
  const holder = createCallHolder()
  let sent = 0
  const frame = (text: object[] | null, last = false, more: object = {}): string => {
    const status = last ? 2 : sent === 0 ? 0 : 1
    const choices = { status, seq: sent++, text }
    return JSON.stringify({
      header: { code: 0, message: 'Success', sid: 'cht000', status },
      payload: { choices, ...more },
    })
  }
  const part = (fields: object) => ({ role: 'assistant', index: 0, ...fields })
  const write = (step: WireStep): string[] => {
    switch (step.type) {
      case 'text':
        return [frame([part({ content: step.text })])]
      case 'reasoning':
        return [frame([part({ content: '', reasoning_content: step.text })])]
      case 'nothing':
        return [frame([part({ content: null })]), frame(null)]
      case 'call':
        holder.add(step)
        return []
      case 'unknown':
        return [frame([part({ content: '', content_type: 'hologram', depth: 3 })], false, { aura: { colour: 'blue' } })]
      case 'malformed':
        return ['{"header": {"code": 0, ']
      case 'failure':
        return [JSON.stringify({ header: { code: 10_012, message: step.message, sid: 'cht000', status: 2 } })]
      case 'finish': {
        const calls = holder.calls()
        const texts = calls.map(({ name, arguments: text }) =>
          part({ content: '', function_call: { name, arguments: text } }),
        )
        const usage = step.usage && {
          usage: {
            text: {
              question_tokens: 1,
              prompt_tokens: step.usage.prompt,
              completion_tokens: step.usage.completion,
              total_tokens: step.usage.prompt + step.usage.completion,
            },
          },
        }
        return [frame(texts.length > 0 ? texts : [part({ content: '' })], true, usage ?? {})]
      }
    }
  }
  return { write }
}

/** The key, when the signature in the URL is right for host, date and path. */
const verifiedKey = ({ path, headers }: WireRequest): string => {
  const url = new URL(path, `http://${headers.host}`)
  const { authorization = '', date = '', host = '' } = Object.fromEntries(url.searchParams)
  const origin = `host: ${host}\ndate: ${date}\nGET ${url.pathname} HTTP/1.1`
  const signature = createHmac('sha256', SECRET).update(origin).digest('base64')
  const expected = `api_key="${KEY}", algorithm="hmac-sha256", headers="host date request-line", signature="${signature}"`
  const isRight = Buffer.from(authorization, 'base64').toString() === expected && host === headers.host
  return isRight ? `${APP_ID}:${KEY}:${SECRET}` : 'wrong signature'
}

const CALLED = /^Called (\w+) with (.*)$/gm
const RESULT = /Result of (\w+): (.*)/g

const readRequest = (request: WireRequest): SeenRequest => {
  const { header, parameter, payload } = request.body
  const chat = asObject(asObject(parameter).chat)
  const texts = asList(asObject(asObject(payload).message).text).map(asObject)
  const told = texts.map(({ content }) => asText(content)).join('\n')
  return {
    model: asText(chat.domain),
    key: asObject(header).app_id === APP_ID ? verifiedKey(request) : 'wrong application',
    system: asText(texts.find(({ role }) => role === 'system')?.content),
    messages: texts
      .filter(({ role, content_type }) => role !== 'system' && content_type !== 'image')
      .map(({ role, content }) => ({ role: asText(role), text: asText(content) })),
    images: texts.filter(({ content_type }) => content_type === 'image').map(({ content }) => asText(content)),
    tools: asList(asObject(asObject(payload).functions).text).map((tool) => {
      const { name, parameters } = asObject(tool)
      return { name: asText(name), parameters }
    }),
    temperature: chat.temperature,
    maxTokens: chat.max_tokens,
    calls: [...told.matchAll(CALLED)].map(([, name, text]) => `${name} ${text}`),
    results: [...told.matchAll(RESULT)].map(([, name, text]) => `${name}: ${text}`),
  }
}

export const sparkSpeaker: WireSpeaker = {
  provider: 'spark',
  transport: 'websocket',
  path: '/v4.0/chat',
  apiKey: `${APP_ID}:${KEY}:${SECRET}`,
  secret: SECRET,
  contentType: 'application/json',
  createWriter,
  errorBody: (_status, message) => JSON.stringify({ message }),
  failure: { code: 'MODEL_UNREACHABLE', says: '10012' },
  readRequest,
  cannot: {
    'a filtered answer says so': 'it is an error with a code of the vendor, which spark-chat-model.test.ts looks at',
    'an answer that was cut at its length says so': 'the protocol has no word for it',
  },
}
