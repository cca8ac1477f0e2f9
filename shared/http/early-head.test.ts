import { expect, test } from 'bun:test'
import { withEarlyHead } from './early-head.ts'

async function* after(ready: Promise<void>, ...events: string[]): AsyncGenerator<string> {
  await ready
  yield* events
}

test('a stream that begins late begins with a blank line, and one in time does not', async () => {
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  const late = withEarlyHead(after(ready, 'a', 'b'), 1)
  expect(await late.next()).toEqual({ value: '\n', done: false })
  resolve()
  expect(await Array.fromAsync(late)).toEqual(['a', 'b'])
  expect(await Array.fromAsync(withEarlyHead(after(Promise.resolve(), 'a', 'b'), 60_000))).toEqual(['a', 'b'])
})

test('a failure before the first event is the reader’s, and a reader that leaves ends the stream', async () => {
  const failing = after(Promise.reject(new Error('broken')))
  await expect(withEarlyHead(failing, 60_000).next()).rejects.toThrow('broken')
  let ended = false
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) yield 'a'
    } finally {
      ended = true
    }
  }
  for await (const _ of withEarlyHead(endless())) break
  expect(ended).toBe(true)
})
