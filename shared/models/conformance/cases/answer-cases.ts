import { expect } from 'bun:test'
import { answerWith, type ConformanceCase, listen, playProvider, type Subject, writeAll } from '../play-provider.ts'
import { say, stop, type WireStep } from '../wire-script.ts'

const hear = async (subject: Subject, steps: readonly WireStep[]) => {
  await using provider = await playProvider(subject, answerWith(subject.speaker, steps))
  return await listen(provider.model)
}

/** A provider that does not say its end gets two seconds to add its usage. */
const CLOSING_MS_MAX = 1_500

const noUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }

export const answerCases: readonly ConformanceCase[] = [
  {
    name: 'an answer arrives in its pieces, and its usage is counted once, at the end',
    async run(subject) {
      const finish: WireStep = { type: 'finish', reason: 'stop', usage: { prompt: 7, completion: 5 } }
      const heard = await hear(subject, [...say('Hel', 'lo, ', 'world'), finish])
      expect(heard.deltas).toEqual([
        { type: 'text', text: 'Hel' },
        { type: 'text', text: 'lo, ' },
        { type: 'text', text: 'world' },
        { type: 'finish', reason: 'stop', usage: { promptTokens: 7, completionTokens: 5, totalTokens: 12 } },
      ])
    },
  },
  {
    name: 'an answer without usage has none, instead of failing',
    async run(subject) {
      expect((await hear(subject, [...say('a'), stop])).finish).toEqual({
        type: 'finish',
        reason: 'stop',
        usage: noUsage,
      })
    },
  },
  {
    name: 'content that is null or missing is nothing',
    async run(subject) {
      const nothing: WireStep = { type: 'nothing' }
      const heard = await hear(subject, [nothing, ...say('a'), nothing, ...say('b'), nothing, stop])
      expect(heard.text).toBe('ab')
      expect(heard.finish?.reason).toBe('stop')
    },
  },
  {
    name: 'reasoning is kept apart from the answer',
    async run(subject) {
      const steps: WireStep[] = [
        { type: 'reasoning', text: 'Let me ' },
        { type: 'reasoning', text: 'think.' },
        ...say('Done.'),
        stop,
      ]
      const heard = await hear(subject, steps)
      expect(heard).toMatchObject({ text: 'Done.', reasoning: 'Let me think.' })
      expect(heard.deltas.filter(({ type }) => type === 'reasoning')).toHaveLength(2)
    },
  },
  {
    name: 'fields and events that nobody has heard of are passed over',
    async run(subject) {
      const unknown: WireStep = { type: 'unknown' }
      const heard = await hear(subject, [unknown, ...say('a'), unknown, ...say('b'), stop])
      expect(heard.text).toBe('ab')
      expect(heard.finish?.reason).toBe('stop')
    },
  },
  {
    name: 'an answer that says nothing and ends well is empty',
    async run(subject) {
      const heard = await hear(subject, [stop])
      expect(heard.deltas).toEqual([{ type: 'finish', reason: 'stop', usage: noUsage }])
    },
  },
  {
    name: 'a complete answer ends although its connection stays open',
    async run(subject) {
      const { speaker } = subject
      await using provider = await playProvider(subject, {
        async answer(exchange) {
          for (const message of writeAll(speaker, [...say('a'), stop])) await exchange.send(message)
        },
      })
      const late = Bun.sleep(CLOSING_MS_MAX).then(() => 'waited for the connection')
      expect(await Promise.race([listen(provider.model).then(({ text }) => text), late])).toBe('a')
    },
  },
  {
    name: 'a filtered answer says so',
    async run(subject) {
      const heard = await hear(subject, [...say('I '), { type: 'finish', reason: 'content-filter' }])
      expect(heard.finish?.reason).toBe('content-filter')
    },
  },
  {
    name: 'an answer that was cut at its length says so',
    async run(subject) {
      const heard = await hear(subject, [...say('and then'), { type: 'finish', reason: 'length' }])
      expect(heard).toMatchObject({ text: 'and then', finish: { reason: 'length' } })
    },
  },
  {
    name: 'characters that are split between two pieces arrive whole',
    async run(subject) {
      const text = '你好, Grüße 🪐 — fin'
      const { speaker } = subject
      await using provider = await playProvider(subject, {
        async answer(exchange) {
          for (const message of writeAll(speaker, [...say(text), stop])) {
            const bytes = Buffer.from(message)
            await exchange.send(...Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)))
          }
          exchange.end()
        },
      })
      expect((await listen(provider.model)).text).toBe(text)
    },
  },
  {
    name: 'many messages in one piece are all heard',
    async run(subject) {
      const words = Array.from({ length: 50 }, (_, at) => `w${at} `)
      const { speaker } = subject
      await using provider = await playProvider(subject, {
        async answer(exchange) {
          const messages = writeAll(speaker, [...say(...words), stop])
          // A WebSocket keeps its messages apart by itself.
          if (speaker.transport === 'http') await exchange.send(messages.join(''))
          else await Promise.all(messages.map((message) => exchange.send(message)))
          exchange.end()
        },
      })
      expect((await listen(provider.model)).text).toBe(words.join(''))
    },
  },
  {
    name: 'a huge answer arrives whole',
    async run(subject) {
      const piece = 'All work and no play. '.repeat(500)
      const heard = await hear(subject, [...say(...Array.from({ length: 200 }, () => piece)), stop])
      expect(heard.text.length).toBe(piece.length * 200)
    },
  },
]
