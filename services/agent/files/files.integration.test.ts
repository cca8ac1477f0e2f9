import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { modelWords, startModelServer } from '#shared/testing/model-server.ts'
import { conversationClient } from '../test/conversation-client.ts'
import { appHeaders, createTestAgent } from '../test/create-test-agent.ts'
import { IMAGE_BYTES_MAX } from './file-limits.ts'
import { sweepFiles } from './sweep-files.ts'

/** The smallest picture there is: one transparent point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
type Part = { type: string; text?: string; image_url?: { url: string } }
type ModelMessages = { role: string; content: string | Part[] }[]

const setUp = async () => {
  const asked: ModelMessages[] = []
  const server = startModelServer(({ body }) => {
    asked.push(body.messages as ModelMessages)
    return modelWords('seen')
  })
  const agent = await createTestAgent({ allow: '127.0.0.1' })
  const client = conversationClient(agent.app)
  await agent.dependencies.models.insert({ name: 'mock', provider: 'openai', modelId: 'm', url: server.url })
  await client.call('POST /api/agents', { botId: 'b', model: 'mock' })
  const upload = async (name: string, bytes: Uint8Array | string, appId = 'a1') => {
    const body = new FormData()
    body.set('file', new File([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)], name))
    const request = new Request('http://app.test/api/files', { method: 'POST', headers: appHeaders(appId), body })
    const response = await agent.app.handle(request)
    return {
      status: response.status,
      body: (await response.json()) as { id: string; code?: string } & Record<string, unknown>,
    }
  }
  return {
    agent,
    client,
    upload,
    /** What the user said in the last question of the n-th call: its text, and the addresses of its pictures. */
    readBy(call: number) {
      const content = asked[call]?.at(-1)?.content ?? ''
      const parts = typeof content === 'string' ? [{ type: 'text', text: content } as Part] : content
      return {
        text: parts.map(({ text }) => text ?? '').join(''),
        images: parts.flatMap(({ image_url }) => (image_url ? [image_url.url] : [])),
      }
    },
    asked,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('a document that was uploaded is read to the agent with its question, and again with the next one', async () => {
  await using context = await setUp()
  const { client, upload, readBy, asked } = context
  const file = await upload('../notes.txt', 'The code word is saffron.')
  expect(file).toMatchObject({
    status: 201,
    body: { name: 'notes.txt', kind: 'document', mediaType: 'text/plain', textChars: 25, appId: 'a1' },
  })
  const id = await client.create()
  const files = [{ id: file.body.id }]
  expect((await client.ask(id, 'What is it?', { files })).body).toMatchObject({ question: { fileIds: [file.body.id] } })
  expect(readBy(0).text).toBe(
    'What is it?\n\nFile "notes.txt":\nThe code word is saffron.\nEnd of the file "notes.txt".',
  )
  await client.ask(id, 'And now?')
  expect(JSON.stringify(asked[1])).toContain('saffron')
  expect(readBy(1).text).toBe('And now?')
  expect((await client.call(`POST /api/conversations/${id}/regenerate`, {})).status).toBe(200)

  await client.call(`DELETE /api/files/${file.body.id}`)
  await client.ask(id, 'Still?')
  expect(JSON.stringify(asked.at(-1))).toContain('A file that came with this message was deleted.')
  expect(JSON.stringify(asked.at(-1))).not.toContain('saffron')
})

test('a PDF is read as text, and a long document is cut where the budget ends, and says so', async () => {
  await using context = await setUp()
  const { client, upload, readBy } = context
  const pdf = await upload('sample.pdf', await Bun.file(samplePdf()).bytes())
  expect(pdf).toMatchObject({ status: 201, body: { kind: 'document', mediaType: 'application/pdf' } })
  const long = await upload('long.txt', '木'.repeat(60_000))
  const id = await client.create()
  await client.ask(id, 'Read', { files: [{ id: long.body.id }, { id: pdf.body.id }] })
  const { text } = readBy(0)
  expect(text).toMatch(/File "long\.txt" \(the first \d+ of 60000 characters\)/)
  expect(text).toContain('(The file "sample.pdf" does not fit into this turn any more.)')
  // 16 000 tokens of four bytes.
  expect(Buffer.byteLength(text)).toBeLessThan(66_000)
})

const samplePdf = () =>
  [
    ...new Bun.Glob('*.pdf').scanSync({ cwd: resolve(import.meta.dir, '../../../deploy/samples'), absolute: true }),
  ][0] ?? ''

test('a picture reaches the model as it is, and no journal holds it', async () => {
  await using context = await setUp()
  const { agent, client, upload, readBy } = context
  const picture = await upload('dot.txt', PNG)
  expect(picture.body).toMatchObject({ kind: 'image', mediaType: 'image/png', sizeBytes: PNG.length })
  const id = await client.create()
  const url = `data:image/png;base64,${PNG.toString('base64')}`
  const files = [{ id: picture.body.id }, { url, name: 'again.png' }]
  const { runId } = (await client.ask(id, 'What is this?', { files })).body as { runId: string }
  expect(readBy(0)).toEqual({ text: 'What is this?', images: [url, url] })
  expect(JSON.stringify(await agent.journal.read(runId, -1))).not.toContain(PNG.toString('base64').slice(0, 40))

  const content = await client.stream(`/api/files/${picture.body.id}/content`)
  expect(content.headers.get('content-type')).toBe('image/png')
  expect(content.headers.get('content-security-policy')).toContain('sandbox')
  expect(Buffer.from(await content.arrayBuffer()).equals(PNG)).toBe(true)
})

test('what cannot be read, is too large, or is not there is refused before anything is said', async () => {
  await using context = await setUp()
  const { client, upload, asked } = context
  expect(await upload('x.bin', new Uint8Array([0, 255, 254, 0, 1, 2, 3, 128]))).toMatchObject({
    status: 422,
    body: { code: 'DOCUMENT_UNSUPPORTED' },
  })
  expect(await upload('empty.txt', ' ')).toMatchObject({ status: 422, body: { code: 'DOCUMENT_EMPTY' } })
  const large = Buffer.concat([PNG, Buffer.alloc(IMAGE_BYTES_MAX)])
  expect(await upload('large.png', large)).toMatchObject({ status: 413, body: { code: 'AGENT_FILE_TOO_LARGE' } })
  const id = await client.create()
  const foreign = await upload('secret.txt', 'Of another app', 'a2')
  for (const [files, code] of [
    [[{ id: '0'.repeat(32) }], 'AGENT_FILE_NOT_FOUND'],
    [[{ id: foreign.body.id }], 'AGENT_FILE_NOT_FOUND'],
    [[{ url: 'https://example.com/a.png' }], 'AGENT_FILE_URL_INVALID'],
    [[{ url: 'data:image/png;base64,AAEC' }], 'DOCUMENT_UNSUPPORTED'],
    [Array.from({ length: 11 }, () => ({ id: foreign.body.id })), 'REQUEST_INVALID'],
  ] as const)
    expect((await client.ask(id, 'x', { files })).body).toMatchObject({ code })
  for (const path of ['', '/content'])
    expect((await client.call(`GET /api/files/${foreign.body.id}${path as ''}`)).status).toBe(404)
  expect((await client.call(`DELETE /api/files/${foreign.body.id}`)).status).toBe(404)
  expect(await client.messages(id)).toEqual([])
  expect(asked).toEqual([])
})

test('files that no message names go after a week with their contents; those of messages stay', async () => {
  await using context = await setUp()
  const { agent, client, upload } = context
  const { objects } = agent.dependencies.fileStores
  const used = await upload('used.txt', 'used')
  const unused = await upload('unused.txt', 'unused')
  await client.ask(await client.create(), 'x', { files: [{ id: used.body.id }] })
  const sweep = (days: number) =>
    sweepFiles(agent.dependencies.fileStores, { now: Date.now() + days * 86_400_000, objectMsMin: -1_000 })
  expect(await sweep(6)).toBe(0)
  expect(await sweep(8)).toBe(1)
  expect((await client.call(`GET /api/files/${unused.body.id}`)).status).toBe(404)
  expect((await client.call(`GET /api/files/${used.body.id}`)).status).toBe(200)
  expect(await Array.fromAsync(objects.list())).toHaveLength(1)
})
