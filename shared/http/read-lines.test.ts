import { expect, test } from 'bun:test'
import { readLines } from './read-lines.ts'

const bodyOf = (parts: Iterable<Uint8Array>) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })
const read = (parts: Iterable<Uint8Array>) =>
  Array.fromAsync(readLines(bodyOf(parts), () => new Error('the line is too long')))

test('lines are whole wherever the stream is cut, and lose either line end', async () => {
  const bytes = new TextEncoder().encode('a 中\r\n\nb\nlast')
  expect(await read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['a 中', '', 'b', 'last'])
})

test('a line without an end is refused before it fills the memory', async () => {
  const mebibyte = new Uint8Array(1024 * 1024).fill(0x78)
  await expect(read(Array.from({ length: 17 }, () => mebibyte))).rejects.toThrow('the line is too long')
})
