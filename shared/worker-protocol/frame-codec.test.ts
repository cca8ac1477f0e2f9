import { expect, test } from 'bun:test'
import { createFrameDecoder, encodeFrame, FRAME_BYTES_MAX, FrameError } from './frame-codec.ts'

const messages = [{ type: 'hello', text: 'Käse 日本' }, { type: 'bye' }, [1, 2, 3], 'plain', null]
const stream = Buffer.concat(messages.map(encodeFrame))

test('messages survive every way of cutting the stream', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const decoder = createFrameDecoder()
    const seen: unknown[] = []
    for (let start = 0; start < stream.length; start += size) {
      seen.push(...decoder.push(stream.subarray(start, start + size)))
    }
    expect(seen).toEqual(messages)
  }
})

test('a decoder keeps its own copy of an unfinished frame, because the socket reuses its buffer', () => {
  const decoder = createFrameDecoder()
  const first = Buffer.from(stream.subarray(0, 10))
  expect(decoder.push(first)).toEqual([])
  first.fill(0)
  expect(decoder.push(stream.subarray(10))).toEqual(messages)
})

test('refuses to send or to wait for a frame beyond the limit', () => {
  expect(() => encodeFrame('x'.repeat(FRAME_BYTES_MAX))).toThrow(FrameError)
  const header = Buffer.alloc(4)
  header.writeUInt32BE(FRAME_BYTES_MAX + 1, 0)
  expect(() => createFrameDecoder().push(header)).toThrow(FrameError)
})

test('refuses a frame that holds no JSON', () => {
  expect(() => createFrameDecoder().push(Buffer.from([0, 0, 0, 1, 0x7b]))).toThrow(FrameError)
})
