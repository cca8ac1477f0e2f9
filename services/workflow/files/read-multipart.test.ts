import { expect, test } from 'bun:test'
import { boundaryOf, readMultipart } from './read-multipart.ts'

/** The bytes of a body in pieces of a size. */
async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const readAll = async (bytes: Uint8Array, boundary: string, size: number) => {
  const parts: { name: string; fileName: string | undefined; text: string }[] = []
  for await (const { name, fileName, body } of readMultipart(inPieces(bytes, size), boundary)) {
    parts.push({ name, fileName, text: Buffer.concat(await Array.fromAsync(body)).toString('latin1') })
  }
  return parts
}

test('a form is read the same in whatever pieces it arrives', async () => {
  const form = new FormData()
  form.set('a', 'one')
  form.set('file', new File(['\r\n--', '\r\n\r\n', 'x'.repeat(50)], 'Ü "q".txt'))
  form.set('empty', new File([], 'e.txt'))
  const request = new Request('http://x/', { method: 'POST', body: form })
  const boundary = boundaryOf(request.headers.get('content-type')) ?? ''
  const bytes = await request.bytes()
  for (const size of [1, 2, 3, 7, 64, 100_000]) {
    expect(await readAll(bytes, boundary, size)).toEqual([
      { name: 'a', fileName: undefined, text: 'one' },
      { name: 'file', fileName: 'Ü "q".txt', text: `\r\n--\r\n\r\n${'x'.repeat(50)}` },
      { name: 'empty', fileName: 'e.txt', text: '' },
    ])
  }
})

test('what comes before the first boundary counts as nothing, and a part may be left unread', async () => {
  const head = "content-disposition: form-data; name=f; filename*=utf-8''%C3%BC.txt\r\n\r\n"
  const body = Buffer.from(`before\r\n--b\r\n${head}left\r\n--b\r\n${head}read\r\n--b--\r\nafter`)
  const texts: string[] = []
  let at = 0
  for await (const part of readMultipart(inPieces(body, 5), 'b')) {
    expect(part.fileName).toBe('ü.txt')
    if (at++ === 1) texts.push(Buffer.concat(await Array.fromAsync(part.body)).toString())
  }
  expect(texts).toEqual(['read'])
})

test.each([
  ['', 'ends in its middle'],
  ['--b\r\n', 'ends in its middle'],
  ['--bxy', 'not followed by a line end'],
  ['--b\r\nx: y\r\n\r\n\r\n--b--', 'has no name'],
  [`--b\r\nx: ${'y'.repeat(20_000)}`, 'too long'],
])('%s is refused', async (body, reason) => {
  await expect(readAll(Buffer.from(body), 'b', 1_000)).rejects.toThrow(reason)
})

test.each([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data; charset=utf-8; boundary="a b"', 'a b'],
  ['multipart/mixed; boundary=abc', undefined],
  ['application/json', undefined],
])('%s', (type, boundary) => {
  expect(boundaryOf(type)).toBe(boundary)
})
