import { describe, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { WIRE_BODY_BYTES_MAX } from './read-body.ts'

const ragType = 'AIUI-RAG2'
const body = { docId: 'doc-1', group: 'group-1', ragType }
const invalid = (place: string, message: string) => ({
  code: 10003,
  message: `Request parameter error: ['field: ${place}, message: ${message}']`,
})
const nested = (depth: number): unknown => (depth === 0 ? 'x' : { a: nested(depth - 1) })

describe('what cannot be stored is told, and the rest is stored', () => {
  test('chunks of every wrong type', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const chunks = [
      null,
      5,
      [],
      {},
      { content: 5 },
      { content: ['x'] },
      { dataIndex: { a: 1 }, content: 'A comet with an odd id.' },
      { dataIndex: 'r', content: 'A comet with odd references.', references: 'none', docInfo: 7, title: 8 },
      'A comet as a plain text.',
    ]
    const saved = await knowledge.wire('chunks/save', { ...body, chunks })
    expect(saved).toMatchObject({ code: 0, data: { failedChunk: { chunkId: '0,1,2,3,4,5' } } })
    const listed = (await knowledge.wire('document/chunk', { docId: 'doc-1', ragType })).data as object[]
    expect(listed).toHaveLength(3)
  })

  test('zero characters and halves of surrogate pairs, wherever they stand', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const odd = 'a\0b\ud800c'
    const references = { [odd]: { format: 'image', link: odd } }
    const chunks = [
      { dataIndex: odd, title: odd, content: odd, context: odd, references, docInfo: { documentName: odd } },
    ]
    expect(await knowledge.wire('chunks/save', { ...body, chunks })).toMatchObject({ code: 0, data: null })
    expect((await knowledge.wire('document/chunk', { docId: 'doc-1', ragType })).data).toEqual([
      { docId: 'doc-1', chunkId: 'ab\ufffdc', content: 'ab\ufffdc' },
    ])
    const query = { query: odd, topN: 1, match: { repoId: ['group-1'] }, ragType }
    expect(await knowledge.wire('chunk/query', query)).toMatchObject({ code: 0, data: { count: 1 } })
  })

  test('chunks with endless ids, texts and references', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const chunks = [
      { dataIndex: 'i'.repeat(5_000), content: 'x' },
      { dataIndex: 'long', content: 'x'.repeat(300_000) },
      { dataIndex: 'deep', content: 'x', references: nested(200) },
      {
        dataIndex: 'wide',
        content: 'x',
        references: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [i, i])),
      },
      { dataIndex: 'good', content: 'A comet.' },
    ]
    const saved = await knowledge.wire('chunks/save', { ...body, chunks })
    expect(saved.data).toEqual({ failedChunk: { chunkId: `${'i'.repeat(256)},long,deep,wide` } })
    const update = { ...body, chunks: [{ chunkId: 'good', references: nested(200) }] }
    expect((await knowledge.wire('chunk/update', update)).data).toEqual({ failedChunk: { chunkId: 'good' } })
  })
})

describe('a body that hurts is refused as a whole', () => {
  test('ids that no index can hold', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const long = 'd'.repeat(513)
    const unstorable = 'Value error, it holds characters that cannot be stored'
    for (const path of ['document/chunk', 'document/name', 'chunk/delete']) {
      const tooLong = invalid('body.docId', 'String should have at most 512 characters')
      expect(await knowledge.wire(path, { docId: long, ragType })).toMatchObject(tooLong)
      expect(await knowledge.wire(path, { docId: 'a\0', ragType })).toMatchObject(invalid('body.docId', unstorable))
    }
    const query = { query: 'q', topN: 1, match: { repoId: ['\0'], docIds: ['\0'] }, ragType }
    expect((await knowledge.wire('chunk/query', query)).message).toContain(
      `body.match.docIds.0, message: ${unstorable}`,
    )
  })

  test('more chunks than one request may bring', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const chunks = Array.from({ length: 10_001 }, () => ({ content: 'x' }))
    expect(await knowledge.wire('chunks/save', { ...body, chunks })).toMatchObject(
      invalid('body.chunks', 'List should have at most 10000 items after validation, not 10001'),
    )
  })

  test('more bytes than one request may bring', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const chunks = [{ content: 'x'.repeat(WIRE_BODY_BYTES_MAX) }]
    expect(await knowledge.wire('chunks/save', { ...body, chunks })).toMatchObject(
      invalid('body', `Body should have at most ${WIRE_BODY_BYTES_MAX} bytes`),
    )
  })

  test('a thousand wrong items are told as a hundred', async () => {
    await using knowledge = await temporaryKnowledge({ claim: false })
    const answer = await knowledge.wire('chunk/update', { ...body, chunks: Array.from({ length: 1_000 }, () => 1) })
    expect(answer.code).toBe(10003)
    expect(answer.message.match(/field: body\.chunks\.\d+/g)).toHaveLength(100)
  })
})

test('a file that is too large, or answers for ever, is no file', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const part = new Uint8Array(4_000_000)
  let stopped = false
  await using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(part),
          cancel() {
            stopped = true
          },
        }),
      ),
  })
  const split = await knowledge.wire('document/split', { file: `${server.url}endless.txt`, ragType })
  expect(split).toMatchObject({ code: 10016, message: expect.stringContaining('larger than') })
  await waitFor(() => stopped, { what: 'the transfer to be stopped' })
})
