import { expect } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import type { CallLimits } from '../../calls/call-limits.ts'
import { type ConformanceCase, listen, nothingHeard, playProvider, type Subject, writeAll } from '../play-provider.ts'
import { say } from '../wire-script.ts'

/** Says this and then nothing. Tells whether the client has gone. */
const silent = (subject: Subject, texts: readonly string[]) => {
  const state = { left: false }
  return {
    state,
    answers: {
      async answer(exchange: Parameters<Parameters<typeof playProvider>[1]['answer']>[0]) {
        void exchange.left.then(() => {
          state.left = true
        })
        await exchange.send()
        for (const message of writeAll(subject.speaker, say(...texts))) await exchange.send(message)
      },
    },
  }
}

/** The limit that is passed is named, and the provider is let go. */
const limited = (limit: {
  name: string
  texts: readonly string[]
  limits: Partial<CallLimits>
  says: string
}): ConformanceCase => ({
  name: limit.name,
  async run(subject) {
    const { state, answers } = silent(subject, limit.texts)
    await using provider = await playProvider(subject, answers, limit.limits)
    const heard = nothingHeard()
    await expect(listen(provider.model, {}, heard)).rejects.toMatchObject({
      code: 'MODEL_TIMEOUT',
      message: expect.stringContaining(limit.says),
    })
    expect(heard.text).toBe(limit.texts.join(''))
    expect(provider.requests).toHaveLength(1)
    await waitFor(() => state.left, { what: 'the provider to see it' })
  },
})

export const timeCases: readonly ConformanceCase[] = [
  limited({
    name: 'a first piece that does not come ends the call',
    texts: [],
    limits: { firstTokenMsMax: 60 },
    says: 'did not begin',
  }),
  limited({
    name: 'silence in the middle of an answer ends the call',
    texts: ['a'],
    limits: { idleMsMax: 60 },
    says: 'stopped in the middle',
  }),
  limited({
    name: 'an answer that does not end in its time is ended',
    texts: ['a'],
    limits: { totalMsMax: 150 },
    says: 'did not finish',
  }),
  {
    name: 'a caller that leaves before the first piece ends the call at the provider',
    async run(subject) {
      const { state, answers } = silent(subject, [])
      await using provider = await playProvider(subject, answers)
      const controller = new AbortController()
      const asking = listen(provider.model, { signal: controller.signal })
      await waitFor(() => provider.requests.length === 1, { what: 'the request' })
      controller.abort(new Error('gone'))
      await expect(asking).rejects.toThrow('gone')
      await waitFor(() => state.left, { what: 'the provider to see it' })
    },
  },
  {
    name: 'a caller that leaves in the middle ends the call at the provider',
    async run(subject) {
      const { state, answers } = silent(subject, ['a'])
      await using provider = await playProvider(subject, answers)
      const controller = new AbortController()
      const heard = nothingHeard()
      const asking = listen(provider.model, { signal: controller.signal }, heard)
      await waitFor(() => heard.text === 'a', { what: 'the first piece' })
      controller.abort(new Error('gone'))
      await expect(asking).rejects.toThrow('gone')
      await waitFor(() => state.left, { what: 'the provider to see it' })
      expect(provider.requests).toHaveLength(1)
    },
  },
  {
    name: 'a reader that stops in the middle ends the call at the provider',
    async run(subject) {
      const { state, answers } = silent(subject, ['a'])
      await using provider = await playProvider(subject, answers)
      const { signal } = new AbortController()
      for await (const _ of provider.model.stream({ messages: [{ role: 'user', content: 'Hi' }], signal })) break
      await waitFor(() => state.left, { what: 'the provider to see it' })
    },
  },
]
