import { expect, test } from 'bun:test'
import { providerUrl } from './create-provider-model.ts'

test.each([
  ['openai', 'https://api.test', 'https://api.test/v1/chat/completions'],
  ['anthropic', 'https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
  ['anthropic', 'https://api.anthropic.com/v1/', 'https://api.anthropic.com/v1/messages'],
  ['anthropic', 'https://proxy.test/claude/v1/messages', 'https://proxy.test/claude/v1/messages'],
  ['gemini', 'https://g.test', 'https://g.test/v1beta/models/m1:streamGenerateContent?alt=sse'],
  ['gemini', 'https://g.test/v1/', 'https://g.test/v1/models/m1:streamGenerateContent?alt=sse'],
  [
    'gemini',
    'https://g.test/v1/projects/p/models/x:generateContent?a=1',
    'https://g.test/v1/projects/p/models/x:streamGenerateContent?a=1&alt=sse',
  ],
  ['ollama', 'http://localhost:11434', 'http://localhost:11434/api/chat'],
  ['ollama', 'http://localhost:11434/api', 'http://localhost:11434/api/chat'],
  ['ollama', 'http://localhost:11434/api/chat', 'http://localhost:11434/api/chat'],
  ['spark', 'wss://spark-api.xf-yun.com/v4.0/chat', 'wss://spark-api.xf-yun.com/v4.0/chat'],
  ['rehearsal', '', ''],
] as const)('%s is called at what %s stands for', (provider, url, expected) => {
  expect(providerUrl(provider, url, 'm1')).toBe(expected)
})

test.each([
  ['spark', 'https://spark-api.xf-yun.com/v4.0/chat'],
  ['openai', 'wss://host/v1'],
  ['anthropic', 'file:///etc/passwd'],
  ['gemini', 'no url'],
  ['ollama', ''],
] as const)('%s is not called at "%s"', (provider, url) => {
  expect(() => providerUrl(provider, url, 'm1')).toThrow('The URL of the model is not')
})
