import { expect, test } from 'bun:test'
import type { ChatMessage, ChatModel } from '#shared/models/chat-model.ts'
import { createModelOcr } from './model-ocr.ts'

/** What a model is told before a page of a base of this language. */
const instructionFor = async (language: string): Promise<string> => {
  const asked: ChatMessage[] = []
  const model: ChatModel = {
    name: 'eyes',
    async *stream({ messages }) {
      asked.push(...messages)
      yield { type: 'text', text: 'Aurora' }
    },
  }
  const ocr = await createModelOcr({ byName: async () => model }, { name: 'eyes', language })
  const image = { page: 1, mediaType: 'image/png', bytes: new Uint8Array() }
  expect(await ocr.read(image, { appId: 'acme', signal: AbortSignal.timeout(5_000) })).toBe('Aurora')
  return asked[0]?.content ?? ''
}

test('the model that reads pages is told the language of their base, and of no language where none is set', async () => {
  expect(await instructionFor('de')).toContain('BCP 47 tag de')
  expect(await instructionFor('auto')).not.toContain('BCP 47')
})
