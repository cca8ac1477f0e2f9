import { describe, expect, test } from 'bun:test'
import type { ChatDelta, ChatMessage, ChatRequest, ToolDefinition } from '../chat-model.ts'
import { createRehearsalModel } from './rehearsal-model.ts'

const model = createRehearsalModel({ tokenMs: 0 })
const user = (content: string): ChatMessage => ({ role: 'user', content })

const ask = async (request: Partial<ChatRequest>): Promise<{ text: string; deltas: ChatDelta[] }> => {
  const deltas: ChatDelta[] = []
  const { signal } = new AbortController()
  for await (const delta of model.stream({ messages: [], signal, ...request })) deltas.push(delta)
  return { deltas, text: deltas.map((delta) => (delta.type === 'text' ? delta.text : '')).join('') }
}

const passages = `Answer from the passages.

Passages:
1. Orrery restarts a dead worker at once. Its log files are kept for 30 days.
2. The gateway listens on port 8080 unless PORT says otherwise.

Question: On which port does the gateway listen?`

const clock: ToolDefinition = { name: 'current_time', description: '', parameters: { type: 'object', properties: {} } }
const calculator: ToolDefinition = {
  name: 'calculator',
  description: '',
  parameters: { type: 'object', properties: { expression: { type: 'string' } } },
}

describe('what it says', () => {
  test('it names itself and repeats what was said', async () => {
    const { text } = await ask({ messages: [user('Hello there')] })
    expect(text).toContain('rehearsal model')
    expect(text).toContain('"Hello there"')
  })

  test('it quotes the sentence that answers, not its neighbours', async () => {
    const { text } = await ask({ messages: [user(passages)] })
    expect(text).toContain('"The gateway listens on port 8080 unless PORT says otherwise."')
    expect(text).not.toContain('30 days')
  })

  test('passages may come in the system message or as the JSON of a search', async () => {
    const results = JSON.stringify([
      { title: 'Handbook', content: 'Backups run at night.\nThey are kept for a week.' },
      { title: 'Handbook', content: 'The root key is printed once, at the first start.' },
    ])
    const messages: ChatMessage[] = [
      { role: 'system', content: `Use this knowledge: ${results}` },
      user('When is the root key printed?'),
    ]
    expect((await ask({ messages })).text).toContain('"The root key is printed once, at the first start."')
  })

  test('it finds a word in its other forms', async () => {
    const content = `Passages:
At first start a root key is made, printed once and kept in a file of the data directory, which only its owner can read.
Send the root key in a header.

Question: Where do you keep the root keys?`
    expect((await ask({ messages: [user(content)] })).text).toContain('"At first start a root key is made')
  })

  test('a heading is no answer, but leads to what stands below it', async () => {
    const content = `Passages:
## Opening hours

From Monday on. Eight to five, and never on holidays.

## Prices

Admission is free for everybody on Monday.

Question: What are the opening hours?`
    const { text } = await ask({ messages: [user(content)] })
    expect(text).toContain('"From Monday on. Eight to five, and never on holidays."')
  })

  test('it says so when the passages hold nothing', async () => {
    const { text } = await ask({
      messages: [user('Passages: Bees make honey in summer.\n\nQuestion: Who invented radio?')],
    })
    expect(text).toContain('say nothing about this')
  })

  test('Chinese is answered in Chinese, by the Chinese passages', async () => {
    const { text } = await ask({
      messages: [user('参考资料：\n网关监听8080端口。日志保留三十天。备份每天夜里进行。\n问题：日志保留多少天？')],
    })
    expect(text).toContain('“日志保留三十天。”')
    expect(text).not.toContain('8080')
  })
})

describe('tools', () => {
  test.each([
    ['What is 12 * (3 + 4)?', 'calculator', { expression: '12 * (3 + 4)' }],
    ['Compute 1,200 ÷ 4 please', 'calculator', { expression: '1200 / 4' }],
    ['what is 7 times 6', 'calculator', { expression: '7 * 6' }],
    ['3加4等于多少', 'calculator', { expression: '3 + 4' }],
    ['What time is it?', 'current_time', {}],
    ['现在几点了？', 'current_time', {}],
  ])('"%s" calls %s', async (question, name, input) => {
    const { deltas } = await ask({ messages: [user(question)], tools: [clock, calculator] })
    expect(deltas).toMatchObject([
      { type: 'tool-call', call: { name } },
      { type: 'finish', reason: 'tool-calls' },
    ])
    const [delta] = deltas
    expect(delta?.type === 'tool-call' && JSON.parse(delta.call.arguments)).toEqual(input)
  })

  test.each(['Hello', 'I am 30 years old', 'Call 555-0100x'])('"%s" calls none', async (question) => {
    const { deltas } = await ask({ messages: [user(question)], tools: [clock] })
    expect(deltas.some(({ type }) => type === 'tool-call')).toBe(false)
  })

  test('a tool that is not offered is not called', async () => {
    expect((await ask({ messages: [user('What is 2 + 2?')], tools: [clock] })).text).toContain('2 + 2')
  })

  test('what a tool said is the answer', async () => {
    const messages: ChatMessage[] = [
      user('What is 2 + 2?'),
      { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'calculator', arguments: '{}' }] },
      { role: 'tool', toolCallId: 'a', content: '2 + 2 = 4' },
    ]
    expect((await ask({ messages, tools: [calculator] })).text).toContain('2 + 2 = 4')
  })
})

describe('the same request gives the same text', () => {
  test.each([
    ['English', user('Tell me about the moons of Jupiter.')],
    ['passages', user(passages)],
    ['Chinese', user('请介绍一下木星的卫星。')],
  ])('%s: cut after any character, the rest follows and the usage is the same', async (_what, message) => {
    const whole = await ask({ messages: [message] })
    expect(await ask({ messages: [message] })).toEqual(whole)
    for (let cut = 1; cut <= whole.text.length; cut++) {
      const continueFrom = whole.text.slice(0, cut)
      const rest = await ask({ messages: [message], continueFrom })
      expect(continueFrom + rest.text).toBe(whole.text)
      expect(rest.deltas.at(-1)).toEqual(whole.deltas.at(-1)!)
    }
  })
})

test('counts words, and characters of Chinese', async () => {
  const { deltas } = await ask({ messages: [user('one two 三四')] })
  expect(deltas.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', usage: { promptTokens: 4 } })
})

test('stops at the token limit and says so', async () => {
  const { deltas, text } = await ask({ messages: [user('Hello')], maxTokens: 3 })
  expect(text).toBe('This is the ')
  expect(deltas.at(-1)).toMatchObject({ reason: 'length' })
})

test('ends at once when the caller leaves', async () => {
  const controller = new AbortController()
  const words: string[] = []
  const slow = createRehearsalModel({ tokenMs: 1 })
  const reading = (async () => {
    for await (const delta of slow.stream({ messages: [user('Hi')], signal: controller.signal })) {
      if (delta.type === 'text') words.push(delta.text)
      if (words.length === 3) controller.abort(new Error('gone'))
    }
  })()
  await expect(reading).rejects.toThrow('gone')
  expect(words).toHaveLength(3)
})
