import { expect, test } from 'bun:test'
import { resolve } from 'node:path'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'

const ragType = 'AIUI-RAG2'
const chunk = (dataIndex: string, content: string) => ({
  docId: 'd',
  dataIndex,
  title: '',
  content,
  context: content,
  references: {},
  docInfo: {},
})
const save = (content: string[], more: object = {}) => ({
  docId: 'doc-1',
  group: 'group-1',
  uid: 'u',
  chunks: content.map((each, index) => chunk(String(index), each)),
  ragType,
  ...more,
})
const query = (text: string, more: object = {}) => ({
  query: text,
  topN: 5,
  match: { repoId: ['group-1'] },
  ragType,
  ...more,
})
type Results = { query: string; count: number; results: { chunkId: string; content: string; score: number }[] }

test('saved chunks are found with every key that clients read', async () => {
  await using knowledge = await temporaryKnowledge()
  const docInfo = { documentName: 'sky.pdf' }
  const saved = await knowledge.wire(
    'chunks/save',
    save([], { chunks: [{ ...chunk('0', 'Comets have tails.'), docInfo }] }),
  )
  expect(saved).toEqual({ code: 0, message: 'success', sid: expect.stringMatching(/^spf/), data: null })

  const found = await knowledge.wire('chunk/query', query('comets', { topN: '3', history: [], flowId: 'x' }))
  expect(found.data).toEqual({
    query: 'comets',
    count: 1,
    results: [
      {
        score: expect.any(Number),
        docId: 'doc-1',
        title: '',
        content: 'Comets have tails.',
        context: 'Comets have tails.',
        chunkId: '0',
        references: {},
        docInfo: { documentId: 'doc-1', documentName: 'sky.pdf' },
        fileName: 'sky.pdf',
      },
    ],
  })
})

test('a repeated save changes nothing; a changed chunk takes the place of the old one', async () => {
  await using knowledge = await temporaryKnowledge()
  for (const _ of [1, 2]) await knowledge.wire('chunks/save', save(['Comets have tails.', 'Planets wander.']))
  expect((await knowledge.wire('document/chunk', { docId: 'doc-1', ragType })).data).toEqual([
    { docId: 'doc-1', chunkId: '0', content: 'Comets have tails.' },
    { docId: 'doc-1', chunkId: '1', content: 'Planets wander.' },
  ])
  await knowledge.wire('chunks/save', save(['Meteors burn.']))
  const contents = async (text: string) =>
    ((await knowledge.wire('chunk/query', query(text))).data as Results).results.map((each) => each.content)
  expect(await contents('comets have tails')).not.toContain('Comets have tails.')
  expect(await contents('meteors')).toContain('Meteors burn.')
})

test('an update changes every chunk it names, and tells which it does not know', async () => {
  await using knowledge = await temporaryKnowledge()
  await knowledge.wire('chunks/save', save(['one comet', 'two comets', 'three comets']))
  const chunks = [
    { chunkId: '0', content: 'one meteor' },
    { dataIndex: '2', content: 'three meteors' },
    { chunkId: 'nine', content: 'x' },
    { chunkId: '1', content: '  ' },
  ]
  const updated = await knowledge.wire('chunk/update', { docId: 'doc-1', group: 'group-1', chunks, ragType })
  expect(updated).toMatchObject({ code: 0, data: { failedChunk: { chunkId: 'nine,1' } } })
  const found = (await knowledge.wire('chunk/query', query('meteor'))).data as Results
  expect(found.results.map((each) => each.chunkId).sort()).toEqual(['0', '2'])
})

test('deleted chunks are never found; null deletes the document, an empty list nothing', async () => {
  await using knowledge = await temporaryKnowledge()
  await knowledge.wire('chunks/save', save(['one comet', 'two comets', 'three comets']))
  const remove = (chunkIds: string[] | null) => knowledge.wire('chunk/delete', { docId: 'doc-1', chunkIds, ragType })
  const left = async () => ((await knowledge.wire('chunk/query', query('comet comets'))).data as Results).count
  expect(await remove([])).toMatchObject({ code: 0, data: null })
  expect(await left()).toBe(3)
  await remove(['0', '2'])
  expect(await left()).toBe(1)
  expect((await knowledge.wire('document/name', { docId: 'doc-1', ragType })).data).toMatchObject({ fileQuantity: 1 })
  await remove(null)
  expect(await left()).toBe(0)
  expect(await knowledge.wire('document/name', { docId: 'doc-1', ragType })).toMatchObject({ code: 0, data: null })
})

test('chunks without content are named; a save of nothing else fails', async () => {
  await using knowledge = await temporaryKnowledge()
  const some = await knowledge.wire('chunks/save', save(['good', ' ', 'fine']))
  expect(some.data).toEqual({ failedChunk: { chunkId: '1' } })
  expect(await knowledge.wire('chunks/save', save([' ', '']))).toMatchObject({ code: 10017 })
})

test('query keeps to the threshold, the documents and the groups it was given', async () => {
  await using knowledge = await temporaryKnowledge()
  await knowledge.wire('chunks/save', save(['the comet of halley returns']))
  await knowledge.wire('chunks/save', save(['a comet elsewhere'], { docId: 'doc-2' }))
  await knowledge.wire('chunks/save', save(['a comet in another group'], { docId: 'doc-3', group: 'group-2' }))
  const ids = async (match: object) => {
    const { data } = await knowledge.wire('chunk/query', query('comet of halley', { match }))
    return (data as { results: { docId: string }[] }).results.map((each) => each.docId).sort()
  }
  expect(await ids({ repoId: ['group-1'] })).toEqual(['doc-1', 'doc-2'])
  expect(await ids({ repoId: ['group-1'], docIds: [] })).toEqual(['doc-1', 'doc-2'])
  expect(await ids({ repoId: ['group-1'], docIds: ['doc-2', 'doc-3'] })).toEqual(['doc-2'])
  expect(await ids({ repoId: ['group-1', 'group-2'] })).toEqual(['doc-1', 'doc-2', 'doc-3'])
  expect(await ids({ repoId: ['group-1'], threshold: 0.5 })).toEqual(['doc-1'])
  expect(await ids({ repoId: ['unknown'] })).toEqual([])
})

test('another app neither finds nor takes over a group or a document', async () => {
  await using knowledge = await temporaryKnowledge()
  const other = { 'x-orrery-caller': 'app', 'x-consumer-username': 'globex' }
  const rootForOther = { 'x-orrery-caller': 'root', 'x-consumer-username': 'globex' }
  await knowledge.wire('chunks/save', save(['Comets have tails.']))
  for (const headers of [other, rootForOther]) {
    expect(((await knowledge.wire('chunk/query', query('comets'), headers)).data as Results).count).toBe(0)
    expect(await knowledge.wire('chunks/save', save(['mine now'], { docId: 'doc-9' }), headers)).toMatchObject({
      code: 10017,
    })
    expect(await knowledge.wire('chunks/save', save(['mine'], { group: 'group-9' }), headers)).toMatchObject({
      code: 10017,
    })
    expect((await knowledge.wire('document/chunk', { docId: 'doc-1', ragType }, headers)).data).toEqual([])
  }
})

test('a fetched file is split, saved and found under its name', async () => {
  await using knowledge = await temporaryKnowledge()
  const handbook = resolve(import.meta.dir, '../../../deploy/samples/orrery-handbook.pdf')
  await using server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response(Bun.file(handbook)) })
  const file = `${server.url}files/hand%20book.pdf`
  const split = await knowledge.wire('document/split', { file, ragType, lengthRange: [50, 300], titleSplit: null })
  expect(split.message).toBe('success')
  const chunks = split.data as { docId: string; dataIndex: string; content: string; docInfo: object }[]
  expect(chunks.map((each) => each.dataIndex)).toEqual(chunks.map((_, index) => String(index)))
  expect(chunks.every((each) => each.content.length <= 300)).toBe(true)
  const docId = chunks[0]!.docId
  expect((await knowledge.wire('document/name', { docId, ragType })).data).toMatchObject({ fileName: 'hand book.pdf' })

  await knowledge.wire('chunks/save', { docId, group: 'group-1', chunks, ragType })
  const found = (await knowledge.wire('chunk/query', query('where does the root key lie?'))).data as Results
  expect(found.results[0]).toMatchObject({ docId, fileName: 'hand book.pdf' })
  expect(found.results[0]?.content).toContain('root key')
})

test.each([
  ['a path on the server', '/etc/passwd', 10003],
  ['another protocol', 'file:///etc/passwd', 10003],
  ['a private address', 'http://10.255.255.1/x.pdf', 10003],
  ['an address that names no file', 'http://127.0.0.1:9/', 10001],
  ['a server that is not there', 'http://127.0.0.1:2/x.pdf', 10016],
])('split refuses %s', async (_what, file, code) => {
  await using knowledge = await temporaryKnowledge()
  const answer = await knowledge.wire('document/split', { file, ragType })
  expect(answer).toMatchObject({ code, message: expect.stringContaining(`${code}: `) })
  expect(answer).not.toHaveProperty('data')
})
