import { expect } from 'bun:test'
import { answerWith, type ConformanceCase, listen, nothingHeard, playProvider, writeAll } from '../play-provider.ts'
import { say, stop } from '../wire-script.ts'

const failureOf = async (asking: Promise<unknown>): Promise<Error & { code?: string; remedy?: string }> => {
  try {
    await asking
  } catch (error) {
    return error as Error // safe: nothing here throws anything else
  }
  throw new Error('The answer did not fail.')
}

export const failureCases: readonly ConformanceCase[] = [
  {
    name: 'a limited use is tried again after the time that the provider asks for',
    async run(subject) {
      const { speaker } = subject
      const body = speaker.errorBody(429, 'slow down')
      await using provider = await playProvider(subject, {
        ...answerWith(speaker, [...say('a'), stop]),
        refuse: (call) => (call === 1 ? { status: 429, body, headers: { 'retry-after': '0.15' } } : undefined),
      })
      const startedMs = performance.now()
      expect((await listen(provider.model)).text).toBe('a')
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(140)
      expect(provider.requests).toHaveLength(2)
    },
  },
  {
    name: 'a wait that is too long is handed to the caller at once',
    async run(subject) {
      const body = subject.speaker.errorBody(429, 'tomorrow')
      await using provider = await playProvider(subject, {
        answer: () => undefined,
        refuse: () => ({ status: 429, body, headers: { 'retry-after': '3600' } }),
      })
      const error = await failureOf(listen(provider.model))
      expect(error).toMatchObject({ code: 'MODEL_LIMITED', retryAfterMs: 3_600_000, providerStatus: 429 })
      expect(error.message).toContain('tomorrow')
      expect(provider.requests).toHaveLength(1)
    },
  },
  {
    name: 'a provider that fails twice is asked a third time',
    async run(subject) {
      const { speaker } = subject
      await using provider = await playProvider(subject, {
        ...answerWith(speaker, [...say('a'), stop]),
        refuse: (call) => (call < 3 ? { status: 503, body: speaker.errorBody(503, 'busy') } : undefined),
      })
      expect((await listen(provider.model)).text).toBe('a')
      expect(provider.requests).toHaveLength(3)
    },
  },
  {
    name: 'a refusal is told with its reason, once, and never with the key',
    async run(subject) {
      const { speaker } = subject
      const body = speaker.errorBody(400, `the key ${speaker.secret} opens nothing`)
      await using provider = await playProvider(subject, {
        answer: () => undefined,
        refuse: () => ({ status: 401, body }),
      })
      const error = await failureOf(listen(provider.model))
      expect(error).toMatchObject({ code: 'MODEL_REFUSED', providerStatus: 401, remedy: expect.any(String) })
      expect(error.message).toContain('opens nothing')
      expect(error.message).not.toContain(speaker.secret)
      expect(provider.requests).toHaveLength(1)
    },
  },
  {
    name: 'an error inside an answer keeps what was said and is not tried again',
    async run(subject) {
      const { speaker } = subject
      const steps = [...say('So far'), { type: 'failure', message: 'the engine broke' } as const]
      await using provider = await playProvider(subject, answerWith(speaker, steps))
      const heard = nothingHeard()
      const error = await failureOf(listen(provider.model, {}, heard))
      expect(error.code).toBe(speaker.failure.code)
      expect(error.message).toContain('the engine broke')
      expect(error.message).toContain(speaker.failure.says)
      expect(heard.deltas).toEqual([{ type: 'text', text: 'So far' }])
      expect(provider.requests).toHaveLength(1)
    },
  },
  {
    name: 'an error at the very beginning of an answer is tried again when it may pass',
    async run(subject) {
      const { speaker } = subject
      const whole = answerWith(speaker, [...say('a'), stop])
      const broken = answerWith(speaker, [{ type: 'failure', message: 'the engine broke' }])
      await using provider = await playProvider(subject, {
        answer: (exchange) => (exchange.call === 1 ? broken : whole).answer(exchange),
      })
      const mayPass = speaker.failure.code === 'MODEL_UNREACHABLE'
      if (mayPass) expect((await listen(provider.model)).text).toBe('a')
      else expect((await failureOf(listen(provider.model))).code).toBe(speaker.failure.code)
      expect(provider.requests).toHaveLength(mayPass ? 2 : 1)
    },
  },
  {
    name: 'an error in the same piece as the text before it keeps that text',
    async run(subject) {
      const { speaker } = subject
      const messages = writeAll(speaker, [...say('So far'), { type: 'failure', message: 'broke' }])
      await using provider = await playProvider(subject, {
        async answer(exchange) {
          if (speaker.transport === 'http') await exchange.send(messages.join(''))
          else for (const message of messages) void exchange.send(message)
          exchange.end()
        },
      })
      const heard = nothingHeard()
      expect((await failureOf(listen(provider.model, {}, heard))).code).toBe(speaker.failure.code)
      expect(heard.text).toBe('So far')
    },
  },
  {
    name: 'a malformed piece ends the answer with what was said before it',
    async run(subject) {
      const steps = [...say('So far'), { type: 'malformed' } as const, ...say(' and more'), stop]
      await using provider = await playProvider(subject, answerWith(subject.speaker, steps))
      const heard = nothingHeard()
      expect((await failureOf(listen(provider.model, {}, heard))).code).toBe('MODEL_BAD_ANSWER')
      expect(heard.deltas).toEqual([{ type: 'text', text: 'So far' }])
    },
  },
  {
    name: 'an answer beyond the limit of its size is ended',
    async run(subject) {
      const { speaker } = subject
      const left = Promise.withResolvers<void>()
      await using provider = await playProvider(
        subject,
        {
          async answer(exchange) {
            void exchange.left.then(left.resolve)
            const messages = writeAll(speaker, say(...Array.from({ length: 40 }, () => 'x'.repeat(1000))))
            for (const message of messages) await exchange.send(message)
          },
        },
        { answerBytesMax: 20_000 },
      )
      expect((await failureOf(listen(provider.model))).code).toBe('MODEL_BAD_ANSWER')
      await left.promise
    },
  },
  {
    name: 'a connection that is cut in the middle of an answer is an error, and what was said is not asked for again',
    async run(subject) {
      const { speaker } = subject
      await using provider = await playProvider(subject, {
        async answer(exchange) {
          for (const message of writeAll(speaker, say('So far'))) await exchange.send(message)
          await Bun.sleep(20)
          exchange.cut()
        },
      })
      const heard = nothingHeard()
      const error = await failureOf(listen(provider.model, {}, heard))
      expect(error.code).toBe('MODEL_UNREACHABLE')
      expect(error.message).not.toContain('127.0.0.1')
      expect(heard.deltas).toEqual([{ type: 'text', text: 'So far' }])
      expect(provider.requests).toHaveLength(1)
    },
  },
  {
    name: 'a connection that is cut before the first piece is tried again',
    async run(subject) {
      const whole = answerWith(subject.speaker, [...say('a'), stop])
      await using provider = await playProvider(subject, {
        async answer(exchange) {
          if (exchange.call === 1) exchange.cut()
          else await whole.answer(exchange)
        },
      })
      expect((await listen(provider.model)).text).toBe('a')
      expect(provider.requests).toHaveLength(2)
    },
  },
]
