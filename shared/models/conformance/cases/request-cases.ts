import { expect } from 'bun:test'
import { answerWith, type ConformanceCase, listen, playProvider } from '../play-provider.ts'
import { say, stop } from '../wire-script.ts'

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const DELIVERED = 'The quick brown fox '

/** A continuation that is told in each of these pieces comes out as the same rest. */
const continuation = (what: string, pieces: readonly string[], rest = 'jumps high.'): ConformanceCase => ({
  name: `nothing is said twice when the model ${what} after an interruption`,
  async run(subject) {
    const { speaker } = subject
    await using provider = await playProvider(subject, answerWith(speaker, [...say(...pieces), stop]))
    expect((await listen(provider.model, { continueFrom: DELIVERED })).text).toBe(rest)
    const { messages } = provider.seen()
    expect(messages.some(({ role, text }) => role === 'assistant' && text.trim() === DELIVERED.trim())).toBe(true)
  },
})

export const requestCases: readonly ConformanceCase[] = [
  {
    name: 'what was asked reaches the provider, with the key in its place',
    async run(subject) {
      const { speaker } = subject
      await using provider = await playProvider(subject, answerWith(speaker, [...say('a'), stop]))
      const parameters = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }
      await listen(provider.model, {
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello.' },
          { role: 'user', content: 'Again?' },
        ],
        tools: [{ name: 'add', description: 'Adds.', parameters }],
        temperature: 0.25,
        maxTokens: 77,
      })
      expect(provider.requests).toHaveLength(1)
      expect(provider.seen()).toEqual({
        model: 'm1',
        key: speaker.apiKey,
        system: 'Be brief.',
        messages: [
          { role: 'user', text: 'Hi' },
          { role: 'assistant', text: 'Hello.' },
          { role: 'user', text: 'Again?' },
        ],
        images: [],
        tools: [{ name: 'add', parameters }],
        temperature: 0.25,
        maxTokens: 77,
        calls: [],
        results: [],
      })
      expect(JSON.stringify(provider.requests[0]?.body)).not.toContain(speaker.secret)
    },
  },
  {
    name: 'a picture reaches the provider beside its text',
    async run(subject) {
      const { speaker } = subject
      await using provider = await playProvider(subject, answerWith(speaker, [...say('A pixel.'), stop]))
      const images = [{ url: `data:image/png;base64,${PIXEL}` }]
      await listen(provider.model, { messages: [{ role: 'user', content: 'What is it?', images }] })
      const seen = provider.seen()
      expect(seen.images).toEqual([PIXEL])
      expect(seen.messages).toEqual([{ role: 'user', text: 'What is it?' }])
    },
  },
  {
    name: 'a picture that is neither https nor data is refused before anything is sent',
    async run(subject) {
      await using provider = await playProvider(subject, answerWith(subject.speaker, [...say('a'), stop]))
      for (const url of [
        'http://169.254.169.254/',
        'file:///etc/passwd',
        'data:text/html;base64,aGk=',
        'cat.png',
        '',
      ]) {
        const messages = [{ role: 'user' as const, content: 'What is it?', images: [{ url }] }]
        await expect(listen(provider.model, { messages })).rejects.toMatchObject({ code: 'MODEL_IMAGE_INVALID' })
      }
      expect(provider.requests).toHaveLength(0)
    },
  },
  continuation('goes on', ['jumps ', 'high.']),
  continuation('begins from the start', ['The quick ', 'brown fox jumps ', 'high.']),
  continuation('repeats the last words', ['brown', ' fox ', 'jumps high.']),
]
