import { expect, test } from 'bun:test'
import { takeBody } from './request-body.ts'

const received = () => {
  let times = 0
  const note = () => {
    times += 1
  }
  return { note, times: () => times }
}
/** A request whose length is not declared. */
const chunked = (chunks: string[]) => {
  const left = [...chunks]
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = left.shift()
        if (chunk === undefined) controller.close()
        else controller.enqueue(new TextEncoder().encode(chunk))
      },
    },
    { highWaterMark: 0 },
  )
  return new Request('http://gateway.test/', { method: 'POST', body })
}
const text = (body: Uint8Array | ReadableStream<Uint8Array> | undefined) => new Response(body ?? null).text()

test('a short body can be sent any number of times', async () => {
  const request = new Request('http://gateway.test/', {
    method: 'POST',
    body: 'hello',
    headers: { 'content-length': '5' },
  })
  const end = received()
  const body = await takeBody(request, 100, end.note)
  expect(await text(body.open())).toBe('hello')
  expect(await text(body.open())).toBe('hello')
  expect(body.replayable).toBe(true)
  expect(end.times()).toBe(1)
})

test('a declared length above the limit is refused before a byte is read', async () => {
  const request = new Request('http://gateway.test/', {
    method: 'POST',
    body: 'hello',
    headers: { 'content-length': '101' },
  })
  await expect(takeBody(request, 100, () => {})).rejects.toMatchObject({ code: 'GATEWAY_BODY_TOO_LARGE', status: 413 })
  expect(request.bodyUsed).toBe(false)
})

test('an undeclared length is counted, and ends the request where the limit is passed', async () => {
  const body = await takeBody(chunked(['x'.repeat(60), 'x'.repeat(60)]), 100, () => {})
  await expect(text(body.open())).rejects.toMatchObject({ code: 'GATEWAY_BODY_TOO_LARGE' })
  expect(body.tooLarge?.status).toBe(413)
})

test('an attempt that failed half way is repeated from the first byte', async () => {
  const end = received()
  const body = await takeBody(chunked(['one ', 'two ', 'three']), 1_000, end.note)
  const first = (body.open() as ReadableStream<Uint8Array>).getReader()
  await first.read()
  const stale = first.read() // in flight when the attempt is given up
  expect(await text(body.open())).toBe('one two three')
  await expect(stale).rejects.toThrow('given up')
  expect(body.replayable).toBe(true)
  expect(end.times()).toBe(1)
})

test('a long body passes through whole and is no longer replayable', async () => {
  const chunks = Array.from({ length: 40 }, (_, index) => String(index % 10).repeat(4_096))
  const body = await takeBody(chunked(chunks), 10_000_000, () => {})
  expect(await text(body.open())).toBe(chunks.join(''))
  expect(body.replayable).toBe(false)
})
