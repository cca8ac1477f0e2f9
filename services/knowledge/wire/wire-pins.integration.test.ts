/** Facts of the original's wire that no other test of it pins, and defects of the original that ours does not have. */
import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { RAG_TYPES } from './wire-models.ts'

const saved = { docId: 'doc-1', group: 'group-1', chunks: [{ dataIndex: '0', content: 'Comets have tails.' }] }
const query = (ragType: string) => ({
  query: 'comets',
  topN: '5',
  history: [{ role: 'user', content: 'hi', content_type: 'text' }],
  match: { repoId: ['group-1'], docIds: ['doc-1'], flowId: 'flow-1', threshold: 0.1 },
  ragType,
})
type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>
const countOf = async (knowledge: Knowledge, ragType: string) =>
  ((await knowledge.wire('chunk/query', query(ragType))).data as { results: object[] }).results.length

test('a failure is told with HTTP 200, the code twice and no data; a success always has data', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const post = async (path: string, body: object) =>
    callApp(knowledge.app, `POST /knowledge/v1/${path}`, { headers: APP, body })
  const failed = await post('chunk/update', { ...saved, docId: 'nowhere', ragType: 'AIUI-RAG2' })
  expect(failed.status).toBe(200)
  expect(failed.body).toEqual({
    code: 10018,
    message: '10018: Chunk update failed(document nowhere does not exist)',
    sid: expect.stringMatching(/^spf/),
  })
  const invalid = await post('document/name', { docId: 'd', ragType: 'cbg-rag' })
  expect(invalid).toMatchObject({ status: 200, body: { code: 10003 } })
  const none = await post('document/name', { docId: 'nowhere', ragType: 'CBG-RAG' })
  expect(none.body).toMatchObject({ code: 0, message: 'success', data: null })
})

test('AIUI-RAG2 updates chunks, and names documents', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await knowledge.wire('chunks/save', { ...saved, ragType: 'AIUI-RAG2' })
  const change = { ...saved, chunks: [{ chunkId: '0', content: 'Comets glow.' }], ragType: 'AIUI-RAG2' }
  expect(await knowledge.wire('chunk/update', change)).toMatchObject({ code: 0, data: null })
  expect(await knowledge.wire('document/name', { docId: 'doc-1', ragType: 'AIUI-RAG2' })).toMatchObject({
    data: { docId: 'doc-1', fileName: 'doc-1', fileStatus: 'DONE', fileQuantity: 1 },
  })
})

test('what is disabled is found by no strategy, until it is enabled again', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await knowledge.wire('chunks/save', { ...saved, ragType: 'AIUI-RAG2' })
  const countAll = async () => {
    const counts: number[] = []
    for (const ragType of RAG_TYPES) counts.push(await countOf(knowledge, ragType))
    return counts
  }
  const enableDocument = (enabled: boolean) =>
    callApp(knowledge.app, 'PATCH /api/documents/doc-1', { headers: APP, body: { enabled } })
  const enableChunk = (available: boolean) =>
    knowledge.wire('chunk/update', { ...saved, chunks: [{ id: '0', available }], ragType: 'Ragflow-RAG' })
  expect(await countAll()).toEqual([1, 1, 1, 1])
  expect((await enableDocument(false)).status).toBe(200)
  expect(await countAll()).toEqual([0, 0, 0, 0])
  await enableDocument(true)
  expect(await enableChunk(false)).toMatchObject({ code: 0, data: null })
  expect(await countAll()).toEqual([0, 0, 0, 0])
  await enableChunk(true)
  expect(await countAll()).toEqual([1, 1, 1, 1])
})

test('addresses are refused and taken as the original’s upstreams do, but for web pages without a path', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const page = '<html><body><h1>Sky</h1><p>Comets have tails.</p></body></html>'
  await using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response(page, { headers: { 'content-type': 'text/html' } }),
  })
  const split = (ragType: string, path: string, resourceType: number | null) =>
    knowledge.wire('document/split', { file: `${server.url}${path}`, ragType, resourceType })
  expect((await split('AIUI-RAG2', 'report', 0)).code).toBe(10003)
  expect((await split('AIUI-RAG2', 'reports/', 0)).code).toBe(10001)
  expect((await split('AIUI-RAG2', 'report.html', 2)).code).toBe(10003)
  expect((await split('CBG-RAG', 'report', null)).code).toBe(0)
  for (const ragType of ['AIUI-RAG2', 'CBG-RAG', 'Ragflow-RAG']) {
    const chunks = (await split(ragType, '', 1)).data as { content: string }[]
    expect(chunks.map(({ content }) => content).join(' ')).toContain('Comets have tails.')
  }
})
