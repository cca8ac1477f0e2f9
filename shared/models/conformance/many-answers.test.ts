import { expect, test } from 'bun:test'
import { modelChunk, startModelServer } from '#shared/testing/model-server.ts'
import { ask, modelAt } from '../openai/ask-test-model.ts'

/** So many that reads are shared. */
const ANSWERS = 60
const WORDS = Array.from({ length: 40 }, (_, index) => `word${index} `)

test('many answers at once, read together, come whole and in order', async () => {
  await using server = startModelServer(() => {
    const encoder = new TextEncoder()
    const events = [...WORDS.map((content) => modelChunk({ content })), modelChunk({}, 'stop')]
    return new Response(
      new ReadableStream({
        async start(controller) {
          for (const event of events) {
            controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`))
            await Bun.sleep(5)
          }
          controller.close()
        },
      }),
    )
  })
  const model = modelAt(server.url)
  const answers = await Promise.all(Array.from({ length: ANSWERS }, () => ask(model)))
  for (const { text, deltas } of answers) {
    expect(text).toBe(WORDS.join(''))
    expect(deltas.at(-1)?.type).toBe('finish')
  }
  const pieces = answers.reduce((sum, { deltas }) => sum + deltas.length, 0)
  expect(pieces).toBeLessThan(ANSWERS * WORDS.length)
})
