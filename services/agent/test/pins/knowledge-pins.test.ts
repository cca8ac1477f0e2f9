import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createGatewayClient } from '../../clients/gateway-client.ts'
import { createKnowledgeClient } from '../../clients/knowledge-client.ts'
import { resolveReferences } from '../../clients/resolve-references.ts'
import { groupChunks, joinChunks } from '../../loop/knowledge-text.ts'
import type { KnowledgeSearch } from '../../loop/pinned-knowledge.ts'
import { pinPlugins } from '../../turns/pin-plugins.ts'
import { createTurnSources } from '../../turns/turn-sources.ts'
import { startFakeGateway } from '../fake-gateway.ts'

const QUERY = 'POST /knowledge/v1/chunk/query'
const signal = new AbortController().signal

let gateway: Awaited<ReturnType<typeof startFakeGateway>>
beforeEach(async () => {
  gateway = await startFakeGateway({ [QUERY]: () => found() })
})
afterEach(() => gateway[Symbol.asyncDispose]())

const found = (...results: object[]) => ({ code: 0, message: 'ok', sid: 's', data: { query: 'q', results } })
const aSearch = (fields: Partial<KnowledgeSearch> = {}): KnowledgeSearch => ({
  name: 'handbook',
  description: '',
  ragType: 'CBG-RAG',
  topN: 5,
  repoIds: ['r1'],
  docIds: ['doc1', 'doc2'],
  threshold: 0.7,
  ...fields,
})
const search = (fields: Partial<KnowledgeSearch> = {}, searchMsMax = 5_000) =>
  createKnowledgeClient(createGatewayClient(gateway.path), { searchMsMax }).search(aSearch(fields), {
    query: 'why',
    appId: 'a1',
    signal,
  })
const pin = (knowledge: KnowledgeSearch[], onBrokenSource: 'fail' | 'degrade' = 'fail', searchMsMax = 5_000) => {
  const client = createGatewayClient(gateway.path)
  return pinPlugins(
    { sources: { ...createTurnSources(client), knowledge: createKnowledgeClient(client, { searchMsMax }) } },
    { tools: [], mcpServerIds: [], mcpServerUrls: [], flowIds: [], knowledge },
    { appId: 'a1', sid: 's', signal, question: 'why', onBrokenSource },
  )
}

test('pin 11: a search of CBG-RAG names its documents, and its number is a text', async () => {
  await search()
  expect(gateway.asked[0]?.body).toEqual({
    query: 'why',
    topN: '5',
    match: { repoId: ['r1'], threshold: 0.7, docIds: ['doc1', 'doc2'] },
    ragType: 'CBG-RAG',
  })
})

test('pin 12: a search of another strategy does not', async () => {
  await search({ ragType: 'AIUI-RAG2' })
  expect(gateway.asked[0]?.body).toMatchObject({ match: { repoId: ['r1'], threshold: 0.7 } })
  expect(gateway.asked[0]?.body).not.toHaveProperty('match.docIds')
})

test('pin 13: without a base nothing is asked and nothing found', async () => {
  expect(await search({ repoIds: [] })).toEqual([])
  expect(gateway.asked).toEqual([])
})

describe('pin 14: a search that comes to no answer is code 40025', () => {
  test.each([
    ['status 500', () => new Response('boom', { status: 500 })],
    ['a code of the service', () => ({ code: 10003, message: 'no such base' })],
    ['no answer in time', () => new Promise<Response>(() => undefined)],
    ['no JSON', () => new Response('<html>')],
  ])('%s', async (_, answer) => {
    gateway.answers[QUERY] = answer
    await expect(pin([aSearch()], 'fail', 100)).rejects.toMatchObject({
      wireCode: 40025,
      message: expect.stringContaining('Failed to query knowledge base'),
    })
    const degraded = await pin([aSearch()], 'degrade', 100)
    expect(degraded).toMatchObject({ chunks: [], unavailable: ['The knowledge base "handbook" cannot be reached.'] })
  })

  test('a service that is not there', async () => {
    const client = createGatewayClient('/nonexistent/gateway.sock')
    const searching = createKnowledgeClient(client).search(aSearch(), { query: 'why', appId: 'a1', signal })
    await expect(searching).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

describe('pin 35: references are put in their places', () => {
  test.each([
    ['an image', 'see <i1>', { i1: { format: 'image', link: 'https://x/y.png' } }, 'see ![alt](https://x/y.png)'],
    ['a table', 'see <t1>!', { t1: { format: 'table', content: '|a|' } }, 'see \n|a|\n!'],
    ['an unknown format', 'see <u1>', { u1: { format: 'video', link: 'l' } }, 'see <u1>'],
    ['a link alone', 'see {k}', { k: 'https://x/y.png' }, 'see ![alt](https://x/y.png)'],
    ['none', 'see', null, 'see'],
  ])('%s', (...[, text, references, resolved]) => {
    expect(resolveReferences(text, references)).toBe(resolved)
  })
})

test('pin 36: passages are grouped by document, and joined by one line break each', async () => {
  gateway.answers[QUERY] = () =>
    found(
      { docId: 'd1', title: 'T', content: 'one', chunkId: 'c1', score: 0.9 },
      { docId: 'd1', title: null, content: 'two', chunkId: 'c2' },
      { docId: 'd2', content: 'three', chunkId: 7 },
    )
  const { chunks } = await pin([aSearch()])
  expect(groupChunks(chunks)).toEqual([
    { source_id: 'd1', chunk: [{ chunk_context: 'T\none' }, { chunk_context: '\ntwo' }] },
    { source_id: 'd2', chunk: [{ chunk_context: '\nthree' }] },
  ])
  expect(joinChunks(chunks)).toBe('T\none\n\ntwo\n\nthree')
  expect(chunks.map(({ chunkId, score }) => [chunkId, score])).toEqual([
    ['c1', 0.9],
    ['c2', undefined],
    ['7', undefined],
  ])
})

test('a passage says in which file and on which pages it stands, as its strategy tells it', async () => {
  gateway.answers[QUERY] = () =>
    found(
      { docId: 'd', content: 'a', fileName: 'sky.pdf', docInfo: { documentName: 'sky.pdf', page: 3, pageEnd: 4 } },
      { docId: 'd', content: 'b', fileName: 'sky.pdf', page: 7, pageEnd: 7 },
      { docId: 'd', content: 'c', fileName: '', docInfo: { page: 'three' } },
    )
  expect((await search()).map(({ documentName, page, pageEnd }) => [documentName, page, pageEnd])).toEqual([
    ['sky.pdf', 3, 4],
    ['sky.pdf', 7, 7],
    [undefined, undefined, undefined],
  ])
})

test('pin 37: an agent without bases and documents asks for nothing', async () => {
  expect(await pin([])).toMatchObject({ chunks: [], unavailable: [] })
  expect(gateway.asked).toEqual([])
})

test('several searches are asked at the same time, and their passages keep their order', async () => {
  let arrived = 0
  const { promise: both, resolve } = Promise.withResolvers<void>()
  gateway.answers[QUERY] = async ({ body }) => {
    arrived += 1
    if (arrived === 2) resolve()
    await both
    const [base] = (body as { match: { repoId: string[] } }).match.repoId
    return found({ docId: base, content: 'text', chunkId: '1' })
  }
  const { chunks } = await pin([aSearch({ repoIds: ['b1'] }), aSearch({ repoIds: ['b2'] })])
  expect(chunks.map(({ docId }) => docId)).toEqual(['b1', 'b2'])
})
