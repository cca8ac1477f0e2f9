import { describe, expect, test } from 'bun:test'
import { temporaryKnowledge } from '../../test/temporary-knowledge.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>
type Rows = Record<string, unknown>[]

const FACTS = ['Comets have tails of ice.', 'Planets wander around the sun.', 'Meteors burn in the air.']
const chunks = FACTS.map((content, index) => ({ dataIndex: String(index), content, title: '', context: content }))
const saveAs = (knowledge: Knowledge, ragType: string, more: object = {}) =>
  knowledge.wire('chunks/save', { docId: 'doc-1', group: 'group-1', chunks, ragType, ...more })
const queryAs = (knowledge: Knowledge, ragType: string, match: object = {}) =>
  knowledge.wire('chunk/query', { query: 'planets', topN: '1', match: { repoId: ['group-1'], ...match }, ragType })

describe('CBG-RAG', () => {
  const ragType = 'CBG-RAG'

  test('answers a query with the passage in its surroundings, and nothing but its keys', async () => {
    await using knowledge = await temporaryKnowledge()
    const images = chunks.map((chunk, index) => ({ ...chunk, references: { [`k${index}`]: `https://x/${index}` } }))
    await saveAs(knowledge, ragType, { chunks: images })
    const found = await queryAs(knowledge, ragType, { docIds: ['doc-1'] })
    expect(found.data).toEqual({
      query: 'planets',
      count: 1,
      results: [
        {
          score: expect.any(Number),
          docId: 'doc-1',
          chunkId: '1',
          fileName: 'doc-1',
          content: FACTS[1],
          context: FACTS.join(''),
          references: { k0: 'https://x/0', k1: 'https://x/1', k2: 'https://x/2' },
        },
      ],
    })
  })

  test('needs documents to query and chunks to delete', async () => {
    await using knowledge = await temporaryKnowledge()
    await saveAs(knowledge, ragType)
    const refused = { code: 10001, message: expect.stringMatching(/^10001: Parameter check exception\(.+\)$/) }
    for (const docIds of [null, [], undefined])
      expect(await queryAs(knowledge, ragType, { docIds })).toMatchObject(refused)
    for (const chunkIds of [null, [], undefined]) {
      expect(await knowledge.wire('chunk/delete', { docId: 'doc-1', chunkIds, ragType })).toMatchObject(refused)
    }
    expect(await queryAs(knowledge, ragType, { docIds: ['doc-1'], threshold: 1 })).toMatchObject({ data: { count: 0 } })
  })

  test('lists what it saved by number and id, and leaves out what it could not take', async () => {
    await using knowledge = await temporaryKnowledge()
    const saved = await saveAs(knowledge, ragType, { chunks: [...chunks, { dataIndex: '3', content: ' ' }] })
    expect((saved.data as Rows).map(({ id, dataIndex, fileId }) => ({ id, dataIndex, fileId }))).toEqual([
      { id: '0', dataIndex: 0, fileId: 'doc-1' },
      { id: '1', dataIndex: 1, fileId: 'doc-1' },
      { id: '2', dataIndex: 2, fileId: 'doc-1' },
    ])
  })

  test('changes every chunk of an update, in the words of its client', async () => {
    await using knowledge = await temporaryKnowledge()
    await saveAs(knowledge, ragType)
    const changes = [
      { chunkId: '0', chunkType: 'RAW', content: 'Stars shine {k}.', imgReference: { k: 'https://x' } },
      { chunkId: '2', chunkType: 'RAW', content: 'Moons circle.', question: null, answer: null },
    ]
    const update = { docId: 'doc-1', group: 'group-1', chunks: changes, ragType }
    expect(await knowledge.wire('chunk/update', update)).toMatchObject({ code: 0, data: null })
    expect((await knowledge.wire('document/chunk', { docId: 'doc-1', ragType })).data).toEqual([
      { docId: 'doc-1', chunkId: '0', content: 'Stars shine .' },
      { docId: 'doc-1', chunkId: '1', content: FACTS[1] },
      { docId: 'doc-1', chunkId: '2', content: 'Moons circle.' },
    ])
  })

  test('lists the chunks of a document by number: 2 before 10', async () => {
    await using knowledge = await temporaryKnowledge()
    const many = Array.from({ length: 12 }, (_, index) => ({ dataIndex: 11 - index, content: `fact ${11 - index}` }))
    await saveAs(knowledge, ragType, { chunks: many })
    const listed = (await knowledge.wire('document/chunk', { docId: 'doc-1', ragType })).data as Rows
    expect(listed.map(({ chunkId }) => chunkId)).toEqual(Array.from({ length: 12 }, (_, index) => String(index)))
  })
})

describe('SparkDesk-RAG', () => {
  const ragType = 'SparkDesk-RAG'

  test('answers a query with results alone', async () => {
    await using knowledge = await temporaryKnowledge()
    await saveAs(knowledge, 'AIUI-RAG2')
    const found = await queryAs(knowledge, ragType, { flowId: 'flow-1' })
    expect(Object.keys(found.data as object)).toEqual(['results'])
    expect((found.data as { results: Rows }).results).toMatchObject([{ docId: 'doc-1', title: '', content: FACTS[1] }])
  })

  test.each([
    ['document/split', 'split', { file: 'https://example.org/a.txt' }],
    ['chunks/save', 'chunks_save', { docId: 'd', group: 'g', chunks }],
    ['chunk/update', 'chunks_update', { docId: 'd', group: 'g', chunks }],
    ['chunk/delete', 'chunks_delete', { docId: 'd' }],
    ['document/chunk', 'query_doc', { docId: 'd' }],
    ['document/name', 'query_doc_name', { docId: 'd' }],
  ])('offers no %s', async (path, operation, body) => {
    await using knowledge = await temporaryKnowledge()
    expect(await knowledge.wire(path, { ...body, ragType })).toEqual({
      code: 14999,
      message: `Internal server error:${operation} err (Unexpected), reason SparkDesk-RAG does not support ${operation} operation.`,
      sid: expect.stringMatching(/^spf/),
    })
  })
})

describe('Ragflow-RAG without a RAGFlow', () => {
  const ragType = 'Ragflow-RAG'

  test('answers from the built-in store, with the chunk’s id and the file’s name', async () => {
    await using knowledge = await temporaryKnowledge()
    const saved = (await saveAs(knowledge, ragType)).data as Rows
    expect(saved[1]).toMatchObject({ id: '1', dataIndex: 1, chunkType: 'RAW', fileId: 'doc-1', imgReference: null })
    const found = await queryAs(knowledge, ragType)
    expect((found.data as { results: Rows }).results).toEqual([
      {
        score: expect.any(Number),
        docId: 'doc-1',
        title: 'doc-1',
        content: FACTS[1],
        context: FACTS[1],
        chunkId: '1',
        references: {},
        fileName: 'doc-1',
      },
    ])
  })

  test('needs chunks to delete, and tells in sentences what it could not change', async () => {
    await using knowledge = await temporaryKnowledge()
    await saveAs(knowledge, ragType)
    const remove = { docId: 'doc-1', chunkIds: [], ragType }
    expect(await knowledge.wire('chunk/delete', remove)).toMatchObject({ code: 10002 })
    const changes = [
      { id: '0', content: 'x' },
      { id: '9', content: 'y' },
      { chunk_id: '1', content: ' ' },
    ]
    const update = { docId: 'doc-1', group: 'group-1', chunks: changes, ragType }
    expect((await knowledge.wire('chunk/update', update)).data).toEqual({
      failedChunk: { chunkId: 'chunk 9: there is no such chunk; chunk 1: it would have no content' },
    })
  })
})

test.each([
  ['AIUI-RAG2', { title: expect.any(String), references: {}, docInfo: { documentName: 'facts.txt' } }],
  ['CBG-RAG', { title: '', references: {} }],
  ['Ragflow-RAG', { title: '', references: null }],
])('%s splits a file into its own shape, and saves it again as it is', async (ragType, shape) => {
  await using knowledge = await temporaryKnowledge()
  await using server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response(FACTS.join('\n')) })
  const file = `${server.url}facts.txt`
  const split = (await knowledge.wire('document/split', { file, ragType, lengthRange: [5, 40] })).data as Rows
  expect(split.length).toBeGreaterThan(1)
  const docId = split[0]?.docId as string
  const first = structuredClone(split[0] ?? {})
  expect(first).toMatchObject({ ...shape, docId, dataIndex: '0', content: FACTS[0] })
  expect('docInfo' in first).toBe(ragType === 'AIUI-RAG2')
  const saved = await knowledge.wire('chunks/save', { docId, group: 'group-1', chunks: split, ragType })
  expect(saved.code).toBe(0)
  const found = await queryAs(knowledge, ragType, { docIds: [docId] })
  expect(found).toMatchObject({ code: 0 })
  expect((found.data as { results: Rows }).results[0]).toMatchObject({ docId, fileName: 'facts.txt' })
})
