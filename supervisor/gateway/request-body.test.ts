import { expect, test } from 'bun:test'
import type { BodyFraming } from '#shared/http1/message-framing.ts'
import { type ForwardBody, framingLines, ownBody } from './request-body.ts'
import { BodyFailedError, IncomingBody, REPLAY_BYTES_MAX } from './wire/incoming-body.ts'

const incoming = (framing: BodyFraming, bytesMax = 10_000_000) => {
  const flow: string[] = []
  const body = new IncomingBody(framing, bytesMax, {
    pauseReading: () => void flow.push('pause'),
    resumeReading: () => void flow.push('resume'),
  })
  return { body, flow }
}
const bytes = (text: string) => Buffer.from(text)
const linesOf = (body: ForwardBody) => framingLines(body, body.whole())
const collect = (body: IncomingBody) => {
  const seen: Uint8Array[] = []
  const notes: string[] = []
  body.start({
    write: (part) => seen.push(part) > 0,
    end: () => void notes.push('end'),
    fail: (error) => void notes.push(error.message),
  })
  return { text: () => Buffer.concat(seen).toString(), notes }
}

test('a short body is kept whole, also one without a length, and goes out with one', () => {
  const { body } = incoming({ kind: 'chunked' })
  expect(body.push(bytes('2\r\nhe\r\n3;x=1\r\nllo\r\n0\r\nTrailer: x\r\n\r\nGET /next'))).toBe(36)
  expect([body.isSettled, body.replayable, String(body.whole())]).toEqual([true, true, 'hello'])
  expect(linesOf(body)).toBe('content-length: 5\r\n')
})

test('a body takes its own bytes and no more', () => {
  const { body } = incoming({ kind: 'sized', bytes: 5 })
  expect(body.push(bytes('hel'))).toBe(3)
  expect(body.isSettled).toBe(false)
  expect(body.push(bytes('loGET /next'))).toBe(2)
  expect(String(body.whole())).toBe('hello')
})

test('a body of unknown length is counted, and fails where the limit is passed', async () => {
  const { body } = incoming({ kind: 'chunked' }, 100)
  const settled = body.settle()
  body.push(bytes(`40\r\n${'x'.repeat(64)}\r\n40\r\n${'x'.repeat(64)}\r\n`))
  await expect(settled).rejects.toMatchObject({ why: 'too-large' })
})

test('chunks that break the rules fail the body', async () => {
  const { body } = incoming({ kind: 'chunked' })
  body.push(bytes('+5\r\nhello\r\n'))
  await expect(body.settle()).rejects.toMatchObject({ why: 'malformed' })
})

test('a long body stops its client until a worker takes it, then goes through whole, and only once', () => {
  const { body, flow } = incoming({ kind: 'sized', bytes: 3 * REPLAY_BYTES_MAX })
  const third = 'x'.repeat(REPLAY_BYTES_MAX)
  body.push(bytes(third))
  expect(body.isSettled).toBe(false)
  body.push(bytes(third))
  expect([body.isSettled, body.replayable, body.whole(), flow]).toEqual([true, true, undefined, ['pause']])
  expect(linesOf(body)).toBe(`content-length: ${3 * REPLAY_BYTES_MAX}\r\n`)
  const taken = collect(body)
  expect([body.replayable, flow]).toEqual([false, ['pause', 'resume']])
  body.push(bytes(third))
  expect([taken.text().length, taken.notes]).toEqual([3 * REPLAY_BYTES_MAX, ['end']])
})

test('a long body of unknown length goes out in chunks of ours, without extensions', () => {
  const { body } = incoming({ kind: 'chunked' })
  const size = REPLAY_BYTES_MAX + 1
  body.push(bytes(`${size.toString(16)};a=b\r\n${'x'.repeat(size)}\r\n`))
  expect(linesOf(body)).toBe('transfer-encoding: chunked\r\n')
  const taken = collect(body)
  body.push(bytes('1\r\ny\r\n0\r\n\r\n'))
  expect(taken.text()).toBe(`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n1\r\ny\r\n0\r\n\r\n`)
})

test('a client that leaves in the middle fails the attempt that sends its body', () => {
  const { body } = incoming({ kind: 'sized', bytes: 2 * REPLAY_BYTES_MAX })
  body.push(bytes('x'.repeat(REPLAY_BYTES_MAX + 1)))
  const taken = collect(body)
  body.fail(new BodyFailedError('left', 'gone'))
  expect(taken.notes).toEqual(['gone'])
})

test('a body of our own has a length, none has none', () => {
  expect(linesOf(ownBody(bytes('abc')))).toBe('content-length: 3\r\n')
  expect(linesOf(ownBody())).toBe('')
})
