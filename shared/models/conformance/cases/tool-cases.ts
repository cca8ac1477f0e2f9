import { expect } from 'bun:test'
import type { ChatMessage } from '../../chat-model.ts'
import { answerWith, type ConformanceCase, listen, playProvider, type Subject } from '../play-provider.ts'
import { say, stop, type WireStep } from '../wire-script.ts'

const fragment = (place: number, text: string, begun: { id?: string; name?: string } = {}): WireStep => ({
  type: 'call',
  place,
  arguments: text,
  ...begun,
})
const calls: WireStep = { type: 'finish', reason: 'tool-calls', usage: { prompt: 3, completion: 9 } }

const hear = async (subject: Subject, steps: readonly WireStep[]) => {
  await using provider = await playProvider(subject, answerWith(subject.speaker, steps))
  return await listen(provider.model)
}

const read = (heard: Awaited<ReturnType<typeof hear>>) =>
  heard.calls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) as unknown }))

export const toolCases: readonly ConformanceCase[] = [
  {
    name: 'a tool call in fragments arrives whole, before the end',
    async run(subject) {
      const heard = await hear(subject, [
        fragment(0, '', { id: 'c1', name: 'add' }),
        fragment(0, '{"a": 1'),
        fragment(0, ', "b"'),
        fragment(0, ': 2}'),
        calls,
      ])
      expect(read(heard)).toEqual([{ name: 'add', arguments: { a: 1, b: 2 } }])
      expect(heard.calls[0]?.id).not.toBe('')
      expect(heard.deltas.map(({ type }) => type)).toEqual(['tool-call', 'finish'])
      expect(heard.finish).toMatchObject({ reason: 'tool-calls', usage: { promptTokens: 3, completionTokens: 9 } })
    },
  },
  {
    name: 'three tool calls whose fragments interleave do not mix',
    async run(subject) {
      const heard = await hear(subject, [
        ...say('Looking. '),
        fragment(0, '{"city":', { id: 'c1', name: 'weather' }),
        fragment(1, '{"city":', { id: 'c2', name: 'weather' }),
        fragment(0, '"Oslo"'),
        fragment(2, '{"x":[1,', { id: 'c3', name: 'add' }),
        fragment(1, '"Rome"}'),
        fragment(2, '2]}'),
        fragment(0, '}'),
        calls,
      ])
      expect(heard.text).toBe('Looking. ')
      expect(read(heard)).toEqual([
        { name: 'weather', arguments: { city: 'Oslo' } },
        { name: 'weather', arguments: { city: 'Rome' } },
        { name: 'add', arguments: { x: [1, 2] } },
      ])
      expect(new Set(heard.calls.map(({ id }) => id)).size).toBe(3)
    },
  },
  {
    name: 'a call without arguments has empty ones',
    async run(subject) {
      const heard = await hear(subject, [fragment(0, '{}', { id: 'c1', name: 'now' }), calls])
      expect(read(heard)).toEqual([{ name: 'now', arguments: {} }])
    },
  },
  {
    name: 'calls and their results go back to the provider, and it answers',
    async run(subject) {
      const { speaker } = subject
      await using provider = await playProvider(subject, answerWith(speaker, [...say('It is 3.'), stop]))
      const messages: ChatMessage[] = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is 1 + 2, and the weather?' },
        {
          role: 'assistant',
          content: '',
          toolCalls: [
            { id: 'c1', name: 'add', arguments: '{"a":1,"b":2}' },
            { id: 'c2', name: 'weather', arguments: '{}' },
          ],
        },
        { role: 'tool', toolCallId: 'c1', content: 'three' },
        { role: 'tool', toolCallId: 'c2', content: 'sunny' },
      ]
      expect((await listen(provider.model, { messages })).text).toBe('It is 3.')
      const seen = provider.seen()
      expect(seen.calls).toEqual(['add {"a":1,"b":2}', 'weather {}'])
      expect(seen.results.map((result) => result.replace(/^(c1|add):/, '1:').replace(/^(c2|weather):/, '2:'))).toEqual([
        '1: three',
        '2: sunny',
      ])
      expect(seen.system).toBe('Be brief.')
    },
  },
]
