import { expect, test } from 'bun:test'
import { readBytesAtMost } from './read-bytes.ts'

const stream = (parts: number, onCancel = () => {}) => {
  let sent = 0
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1
      controller.enqueue(new Uint8Array(10))
      if (sent === parts) controller.close()
    },
    cancel: onCancel,
  })
}

test('a body of exactly the limit is read whole', async () => {
  expect((await readBytesAtMost(new Response(stream(3)), 30)).byteLength).toBe(30)
  expect((await readBytesAtMost(new Response(null), 0)).byteLength).toBe(0)
})

test('a body over the limit is refused, and its sender is not listened to any longer', async () => {
  const cancelled = Promise.withResolvers<void>()
  const endless = stream(Number.POSITIVE_INFINITY, cancelled.resolve)
  await expect(readBytesAtMost(new Response(endless), 29)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_LARGE' })
  await cancelled.promise
})
