import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startWorkflow } from '../fixtures/start-workflow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
beforeAll(async () => {
  workflow = await startWorkflow()
})
afterAll(() => workflow[Symbol.asyncDispose]())

interface Upload {
  field?: string
  name?: string
  content?: string | Uint8Array<ArrayBuffer>
  path?: string
  headers?: Record<string, string>
}

const send = async (body: FormData | string, { path = '/workflow/v1/upload_file', headers = {} }: Upload = {}) => {
  const asApp = { 'x-orrery-caller': 'app', 'x-consumer-username': 'alice', ...headers }
  const response = await workflow.service.handle(
    new Request(`http://orrery.test:8080${path}`, { method: 'POST', headers: asApp, body }),
  )
  expect(response.status).toBe(200)
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  return (await response.json()) as any
}
const upload = (options: Upload = {}) => {
  const form = new FormData()
  form.set('other', 'a field that is no file')
  form.append(options.field ?? 'file', new File([options.content ?? 'hello'], options.name ?? 'notes.txt'))
  return send(form, options)
}
const read = (url: string, method = 'GET') => workflow.service.handle(new Request(url, { method }))
const storedFiles = async () => {
  const names = await readdir(join(workflow.context.assignment.dataDirectory, 'objects', 'workflow'), {
    recursive: true,
  })
  return names.filter((name) => name.includes('/')).sort()
}

test.each(['/workflow/v1/upload_file', '/workflow/v1/upload_file/'])(
  '%s answers an address that gives the file again',
  async (path) => {
    const { code, data } = await upload({ path, name: 'Über "uns".TXT', content: 'hello' })
    expect(code).toBe(0)
    expect(data.url).toMatch(/^http:\/\/orrery\.test:8080\/workflow\/v1\/files\/[0-9a-f]{32}\.txt$/)
    const response = await read(data.url)
    expect(await response.text()).toBe('hello')
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '5',
      'content-disposition': "attachment; filename*=UTF-8''%C3%9Cber%20%22uns%22.TXT",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    const head = await read(data.url, 'HEAD')
    expect(head.headers.get('content-length')).toBe('5')
    expect(await head.text()).toBe('')
  },
)

test('behind a proxy the address is the one that the sender knows', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'flows.example' }
  expect((await upload({ headers })).data.url).toStartWith('https://flows.example/workflow/v1/files/')
})

test('an address that was guessed, or written with another extension, is a 404', async () => {
  const { data } = await upload()
  expect((await read(data.url.replace('.txt', '.pdf'))).status).toBe(404)
  expect((await read(`http://orrery.test/workflow/v1/files/${'0'.repeat(32)}.txt`)).status).toBe(404)
  expect((await read('http://orrery.test/workflow/v1/files/..%2f..%2fetc%2fpasswd')).status).toBe(404)
})

test('many files get their addresses in order, equal ones their own over one content', async () => {
  const form = new FormData()
  for (const [name, content] of [
    ['a.png', 'A'],
    ['b.mp3', 'B'],
    ['c.png', 'A'],
  ] as const)
    form.append('files', new File([content], name))
  const before = (await storedFiles()).length
  const { data } = await send(form, { path: '/workflow/v1/upload_files' })
  expect(new Set(data.urls).size).toBe(3)
  const texts = await Promise.all(data.urls.map(async (url: string) => (await read(url)).text()))
  expect(texts).toEqual(['A', 'B', 'A'])
  expect((await storedFiles()).length).toBe(before + 2)
  expect((await read(data.urls[0])).headers.get('content-disposition')).toStartWith('inline')
})

test('a type that is not taken, and a file that is too large, are 23601 and leave nothing', async () => {
  const before = await storedFiles()
  for (const name of ['page.html', 'x.svg', 'none', 'a.txt.exe']) {
    expect(await upload({ name })).toMatchObject({ code: 23601, message: expect.stringContaining(name) })
  }
  const large = await upload({ content: new Uint8Array(52_428_801), name: 'large.pdf' })
  expect(large).toMatchObject({ code: 23601, message: expect.stringContaining('52428800') })
  expect(await storedFiles()).toEqual(before)
})

test('a form without the file, a body that is no form and one that breaks off are 460', async () => {
  expect(await upload({ field: 'document' })).toMatchObject({
    code: 460,
    message: expect.stringContaining('body->file'),
  })
  expect(await send('{}', { headers: { 'content-type': 'application/json' } })).toMatchObject({ code: 460 })
  const broken = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello'
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  expect(await send(broken, { headers })).toMatchObject({
    code: 460,
    message: expect.stringContaining('ends in its middle'),
  })
  expect(await upload({ headers: { 'x-consumer-username': '' } })).toMatchObject({
    code: 460,
    message: expect.stringContaining('header->x-consumer-username'),
  })
})
