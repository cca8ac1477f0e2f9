import { expect, test } from 'bun:test'
import { encodeBody } from './encode-body.ts'

const bodyOf = (content: Record<string, unknown>) => ({
  required: true,
  description: '',
  contents: Object.entries(content).map(([mediaType, fields]) => {
    const { schema = {}, encoding = {} } = fields as { schema?: object; encoding?: object }
    return { mediaType, schema: { ...schema }, encoding: { ...encoding } }
  }),
})
const encode = (content: Record<string, unknown>, value: unknown, contentType?: string) => {
  const body = encodeBody({}, bodyOf(content), { value, contentType, boundary: 'edge' })
  return { type: body.contentType, text: Buffer.from(body.content).toString('latin1') }
}

test('the best of the offered types is taken, or the one that is asked for', () => {
  const offered = { 'text/plain': {}, 'application/x-www-form-urlencoded': {}, 'application/json': {} }
  expect(encode(offered, { a: 1 })).toEqual({ type: 'application/json', text: '{"a":1}' })
  expect(encode(offered, { a: 1 }, 'application/x-www-form-urlencoded').text).toBe('a=1')
  expect(encode({ 'application/vnd.x+json': {} }, [1])).toEqual({ type: 'application/vnd.x+json', text: '[1]' })
  expect(encode({ 'image/*': {} }, 'AAE=', 'image/png')).toEqual({ type: 'image/png', text: '\u0000\u0001' })
  expect(() => encode(offered, 'x', 'application/pdf')).toThrow('application/pdf')
})

test('a form repeats the keys of lists, has objects as JSON, and follows its encoding objects', () => {
  const encoding = {
    ids: { explode: false },
    where: { style: 'deepObject' },
    path: { allowReserved: true },
    meta: { contentType: 'application/json' },
  }
  const value = { tags: ['a b', 'c&d'], ids: [1, 2], where: { x: 1 }, path: 'a/b', meta: [1], plain: { y: 'é' } }
  expect(encode({ 'application/x-www-form-urlencoded': { encoding } }, value).text).toBe(
    'tags=a+b&tags=c%26d&ids=1,2&where%5Bx%5D=1&path=a/b&meta=%5B1%5D&plain=%7B%22y%22%3A%22%C3%A9%22%7D',
  )
  const decoded = new URLSearchParams(encode({ 'application/x-www-form-urlencoded': {} }, value).text)
  expect(decoded.getAll('tags')).toEqual(['a b', 'c&d'])
})

test('a multipart body has a part for every value, with the types and headers of its encoding objects', async () => {
  const content = {
    schema: {
      properties: { file: { type: 'string', format: 'binary' }, photos: { items: { contentEncoding: 'base64' } } },
    },
    encoding: {
      meta: { contentType: 'application/vnd.meta+json', headers: { 'X-Part': { schema: { const: 'one' } } } },
      logo: { contentType: 'image/png, image/jpeg' },
    },
  }
  const { type, text } = encode(
    { 'multipart/form-data': content },
    {
      note: 'hello',
      file: { data: 'AAEC', filename: 'a".bin', contentType: 'application/x-thing' },
      photos: ['AA==', '/w=='],
      meta: { a: 1 },
      logo: 'AA==',
      numbers: [1, 2],
    },
  )
  const form = await new Response(Buffer.from(text, 'latin1'), { headers: { 'content-type': type } }).formData()
  expect(form.get('note')).toBe('hello')
  expect(await (form.get('file') as File).bytes()).toEqual(new Uint8Array([0, 1, 2]))
  expect(text).toContain('name="file"; filename="a%22.bin"\r\nContent-Type: application/x-thing\r\n')
  expect(form.getAll('photos')).toHaveLength(2)
  expect(form.getAll('numbers')).toEqual(['1', '2'])
  expect(text).toContain('name="meta"\r\nContent-Type: application/vnd.meta+json\r\nX-Part: one\r\n\r\n{"a":1}')
  expect(text).toContain('name="logo"; filename="logo"\r\nContent-Type: image/png\r\n')
})

test('a part cannot be ended by a name, and a file must be base64', () => {
  const { text } = encode({ 'multipart/form-data': {} }, { 'a"\r\nX: y': 'v' })
  expect(text).toContain('name="a%22%0D%0AX: y"')
  const schema = { properties: { file: { format: 'binary' } } }
  expect(() => encode({ 'multipart/form-data': { schema } }, { file: 'no base64!' })).toThrow('base64')
})

test('text goes as it is and bytes as base64; what has no form is refused by name', () => {
  expect(encode({ 'text/plain': {} }, 'a & b')).toEqual({ type: 'text/plain', text: 'a & b' })
  expect(encode({ 'application/xml': {} }, '<a/>').text).toBe('<a/>')
  expect(encode({ 'application/octet-stream': {} }, { data: '/w==' }).text).toBe('\u00ff')
  expect(() => encode({ 'application/xml': {} }, { a: 1 })).toThrow('application/xml')
  expect(() => encode({ 'application/x-www-form-urlencoded': {} }, [1])).toThrow('object')
})
