import { expect, test } from 'bun:test'
import { createLineReader } from './line-reader.ts'

const BYTES_MAX = 20

const reading = (...chunks: string[]) =>
  createLineReader(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(Buffer.from(chunk))
        controller.close()
      },
    }),
  )

test('lines are whole however they arrive, and the last one without an end is none', async () => {
  const lines = reading('on', 'e\ntwo\n\nthr', 'ee\nfo', 'ur')
  const seen: (string | undefined)[] = []
  for (let at = 0; at < 6; at += 1) seen.push(await lines.next(BYTES_MAX))
  expect(seen).toEqual(['one', 'two', '', 'three', undefined, undefined])
})

test('a line that is too long is none, in one piece or in many', async () => {
  expect(await reading(`${'a'.repeat(BYTES_MAX + 1)}\n`).next(BYTES_MAX)).toBeUndefined()
  expect(await reading('a'.repeat(BYTES_MAX), 'b', '\n').next(BYTES_MAX)).toBeUndefined()
  expect(await reading('a'.repeat(BYTES_MAX), '\n').next(BYTES_MAX)).toHaveLength(BYTES_MAX)
})
