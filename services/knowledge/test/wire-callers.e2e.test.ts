/**
 * The callers of the knowledge wire on the whole system, with a base of their own: the workflow's knowledge node for every strategy, an agent's search, and
 * the original's console. What they send is what the original's callers send, and what they read is what those read.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type RunningOrrery, startOrrery } from '#shared/testing/start-orrery.ts'
import { startRagflow } from '../ragflow/fixtures/ragflow-server.ts'

const HANDBOOK = ['Comets have tails of ice.', 'Planets wander around the sun.', 'Meteors burn in the air.']
const START = 'node-start::start'
const SEARCH = 'knowledge-base::search'

let orrery: RunningOrrery
let app: { appId: string; key: string }
let docId: string
const files = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response(HANDBOOK.join('\n')) })

const post = async (path: string, body: object, key = app.key) => {
  const response = await fetch(`${orrery.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return (await response.json()) as any
}

const openApp = async (env: Record<string, string>) => {
  orrery = await startOrrery({ env: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1', ...env } })
  const made = await post('/api/apps', { name: 'Stargazers' }, orrery.rootKey)
  app = { appId: made.appId, key: `${made.key.apiKey}:${made.key.apiSecret}` }
}

/** Splits the handbook and saves what came of it, as the original's console does. */
const fill = async (ragType: string): Promise<string> => {
  const file = `${files.url}handbook.txt`
  const split = await post('/knowledge/v1/document/split', { file, ragType, lengthRange: [5, 40], cutOff: ['\n'] })
  expect(split).toMatchObject({ code: 0, message: 'success' })
  const id = split.data[0].docId as string
  const saved = await post('/knowledge/v1/chunks/save', {
    docId: id,
    group: 'sky',
    uid: 'u',
    chunks: split.data,
    ragType,
  })
  expect(saved).toMatchObject({ code: 0 })
  return id
}

const input = (name: string, nodeId: string, from: string) => ({
  id: '',
  name,
  schema: { type: 'string', value: { type: 'ref', content: { nodeId, name: from } } },
})
const node = (id: string, data: object) => ({
  id,
  data: { nodeMeta: { nodeType: 'test', aliasName: id }, inputs: [], outputs: [], nodeParam: {}, ...data },
})
const edge = (sourceNodeId: string, targetNodeId: string) => ({ sourceNodeId, targetNodeId, sourceHandle: '' })

/** What later nodes may read of a result. */
const RESULTS = {
  type: 'array',
  items: { type: 'object', properties: { content: { type: 'string' }, docId: { type: 'string' } } },
}

/** start -> search -> end, with the node's parameters as the original's editor writes them. */
const searchFlow = (nodeParam: object) => ({
  id: '',
  name: 'Search',
  description: '',
  version: 'v3.0.0',
  data: {
    nodes: [
      node(START, {
        outputs: [{ id: '', name: 'AGENT_USER_INPUT', required: true, schema: { type: 'string' } }],
      }),
      node(SEARCH, {
        inputs: [input('query', START, 'AGENT_USER_INPUT')],
        outputs: [{ id: '', name: 'results', schema: RESULTS }],
        nodeParam: { topN: '3', score: 0.2, flowId: 'flow-1', repoId: ['sky'], docIds: [], ...nodeParam },
      }),
      node('node-end::end', {
        inputs: [input('found', SEARCH, 'results')],
        nodeParam: { outputMode: 1, template: '{{found[0].content}} in {{found[0].docId}}', streamOutput: true },
      }),
    ],
    edges: [edge(START, SEARCH), edge(SEARCH, 'node-end::end')],
  },
})

/** Publishes the flow and runs it, like a caller of the workflow API. */
const runSearch = async (nodeParam: object, question = 'What do planets do?') => {
  const added = await post('/workflow/v1/protocol/add', { name: 'Search', data: searchFlow(nodeParam) })
  const flowId = added.data.flow_id as string
  expect(await post('/v1/publish', { flow_id: flowId, release_status: 1 })).toMatchObject({ code: 0 })
  const run = { flow_id: flowId, stream: false, parameters: { AGENT_USER_INPUT: question } }
  return post('/workflow/v1/chat/completions', run)
}

beforeAll(async () => {
  await openApp({})
  docId = await fill('AIUI-RAG2')
}, 120_000)
afterAll(async () => {
  await files.stop(true)
  await orrery?.stop()
}, 120_000)

describe('the knowledge node of a flow', () => {
  test.each([
    ['AIUI-RAG2', {}],
    ['CBG-RAG', {}],
    ['SparkDesk-RAG', {}],
    ['Ragflow-RAG', {}],
  ])('gets passages from %s', async (ragType) => {
    const docIds = ragType === 'CBG-RAG' ? [docId] : []
    const answer = await runSearch({ ragType, docIds })
    expect(answer.code).toBe(0)
    expect(answer.choices[0].delta.content).toBe(`${HANDBOOK[1]} in ${docId}`)
  })

  test.each([
    ['a strategy that nobody knows', { ragType: 'Nobody-RAG' }],
    ['CBG-RAG without documents', { ragType: 'CBG-RAG' }],
    ['more hits than there may be', { topN: '6' }],
  ])('fails with code 20500 for %s', async (_what, parameters) => {
    expect((await runSearch(parameters)).code).toBe(20_500)
  })
})

test('the search of the original’s agent finds title, document and text', async () => {
  const asked = { query: 'planets', topN: '3', match: { repoId: ['sky'], threshold: 0.3 }, ragType: 'AIUI-RAG2' }
  const found = await post('/knowledge/v1/chunk/query', asked)
  expect(found.data.results[0]).toMatchObject({ title: '', docId, content: HANDBOOK[1], references: {} })
  const cbg = { ...asked, ragType: 'CBG-RAG', match: { ...asked.match, docIds: [docId] } }
  expect((await post('/knowledge/v1/chunk/query', cbg)).data.results[0]).toMatchObject({ docId, content: HANDBOOK[1] })
})

test('the original’s console maps what it saved, finds its failures, and reads the file’s state', async () => {
  const chunks = HANDBOOK.map((content, dataIndex) => ({
    docId: 'file-1',
    dataIndex,
    title: '',
    content,
    references: {},
  }))
  const cbg = { docId: 'file-1', group: 'sky', chunks: [...chunks, { dataIndex: 3, content: '' }], ragType: 'CBG-RAG' }
  const saved = (await post('/knowledge/v1/chunks/save', cbg)).data as { id: string; dataIndex: number }[]
  const idByIndex = new Map(saved.map(({ id, dataIndex }) => [dataIndex, id]))
  expect([...idByIndex.keys()]).toEqual([0, 1, 2])
  const aiui = { ...cbg, docId: 'file-2', ragType: 'AIUI-RAG2' }
  expect((await post('/knowledge/v1/chunks/save', aiui)).data.failedChunk.chunkId.split(',')).toEqual(['3'])

  const change = {
    docId: 'file-1',
    group: 'sky',
    chunks: [{ chunkId: idByIndex.get(1), content: 'Moons.' }],
    ragType: 'CBG-RAG',
  }
  expect((await post('/knowledge/v1/chunk/update', change)).data).toBe(null)
  const gone = { docId: 'file-1', chunkIds: [idByIndex.get(0)], ragType: 'CBG-RAG' }
  expect((await post('/knowledge/v1/chunk/delete', gone)).code).toBe(0)
  expect((await post('/knowledge/v1/document/name', { docId: 'file-1', ragType: 'CBG-RAG' })).data).toEqual({
    docId: 'file-1',
    fileName: 'file-1',
    fileStatus: 'DONE',
    fileQuantity: 2,
  })
})

test('the knowledge node gets passages from a RAGFlow that an administrator set, and its outages as failures', async () => {
  await orrery.stop()
  await using ragflow = startRagflow()
  await openApp({ RAGFLOW_BASE_URL: ragflow.url, RAGFLOW_API_TOKEN: 'ragflow-test-key' })
  const ragflowDocId = await fill('Ragflow-RAG')
  expect(ragflow.state.datasets[0]?.documents.map(({ id }) => id)).toEqual([ragflowDocId])
  const answer = await runSearch({ ragType: 'Ragflow-RAG' }, 'planets wander')
  expect(answer.choices[0].delta.content).toBe(`${HANDBOOK[1]} in ${ragflowDocId}`)
  ragflow.intercept(() => Response.json({ code: 100, message: 'Database operation failed' }))
  expect((await runSearch({ ragType: 'Ragflow-RAG' })).code).toBe(20_500)
}, 120_000)
