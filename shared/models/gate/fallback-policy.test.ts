import { expect, test } from 'bun:test'
import { ModelError } from '../model-error.ts'
import { UNKNOWN_CAPABILITIES } from '../model-facts.ts'
import { canAnswer, mayFallBack } from './fallback-policy.ts'

const refused = (providerStatus: number | undefined, message = 'no') =>
  new ModelError('MODEL_REFUSED', message, providerStatus === undefined ? {} : { providerStatus })

test('a model that is away, slow, limited or busy is stood in for', () => {
  for (const code of [
    'MODEL_UNREACHABLE',
    'MODEL_TIMEOUT',
    'MODEL_LIMITED',
    'MODEL_BUSY',
    'MODEL_BAD_ANSWER',
  ] as const) {
    expect(mayFallBack(new ModelError(code, 'x'))).toBe(true)
  }
})

test('a wrong key, a model that is gone and a prompt that is too long are stood in for; a wrong request is not', () => {
  for (const status of [401, 402, 403, 404, 410, undefined]) expect(mayFallBack(refused(status))).toBe(true)
  for (const status of [400, 413, 422]) expect(mayFallBack(refused(status))).toBe(false)
  expect(mayFallBack(refused(400, "This model's maximum context length is 8192 tokens"))).toBe(true)
  expect(mayFallBack(refused(400, 'prompt is too long: 210000 tokens > 200000 maximum'))).toBe(true)
})

test('neither a spent budget nor a defect of ours asks another model', () => {
  expect(mayFallBack(new ModelError('MODEL_BUDGET_EXCEEDED', 'x'))).toBe(false)
  expect(mayFallBack(new TypeError('x is undefined'))).toBe(false)
  expect(mayFallBack(new DOMException('left', 'AbortError'))).toBe(false)
})

test('a model that is known to lack tools or eyes is not asked for them', () => {
  const tools = [{ name: 't', description: '', parameters: {} }]
  const plain = [{ role: 'user' as const, content: 'Hi' }]
  const withImage = [{ role: 'user' as const, content: 'Hi', images: [{ url: 'https://x.test/a.png' }] }]
  expect(canAnswer(UNKNOWN_CAPABILITIES, { tools, messages: withImage })).toBe(true)
  expect(canAnswer({ ...UNKNOWN_CAPABILITIES, tools: 'false' }, { tools, messages: plain })).toBe(false)
  expect(canAnswer({ ...UNKNOWN_CAPABILITIES, tools: 'false' }, { messages: plain })).toBe(true)
  expect(canAnswer({ ...UNKNOWN_CAPABILITIES, images: 'false' }, { messages: withImage })).toBe(false)
})
