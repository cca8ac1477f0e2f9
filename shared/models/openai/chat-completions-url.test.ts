import { expect, test } from 'bun:test'
import { chatCompletionsUrl } from './chat-completions-url.ts'

test.each([
  ['https://api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com/v1/', 'https://api.openai.com/v1/chat/completions'],
  ['https://api.openai.com/v1/chat/completions', 'https://api.openai.com/v1/chat/completions'],
  ['http://localhost:11434', 'http://localhost:11434/v1/chat/completions'],
  ['https://open.bigmodel.cn/api/paas/v4', 'https://open.bigmodel.cn/api/paas/v4/chat/completions'],
  [
    'https://generativelanguage.googleapis.com/v1beta/openai/',
    'https://generativelanguage.googleapis.com/v1beta/openai/chat/completions',
  ],
  ['https://gateway.test/llm', 'https://gateway.test/llm/chat/completions'],
  [
    'https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21',
    'https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21',
  ],
  ['https://gateway.test/v1?token=a', 'https://gateway.test/v1/chat/completions?token=a'],
  ['https://gateway.test/generate?route=chat', 'https://gateway.test/generate?route=chat'],
])('%s is asked at %s', (written, expected) => expect(chatCompletionsUrl(written)).toBe(expected))

test.each(['', 'api.openai.com/v1', 'ws://host/v1'])('"%s" is refused', (written) => {
  expect(() => chatCompletionsUrl(written)).toThrow(expect.objectContaining({ code: 'MODEL_URL_INVALID' }))
})
