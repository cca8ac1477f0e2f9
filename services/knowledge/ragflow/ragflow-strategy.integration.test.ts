import { describe, expect, test } from 'bun:test'
import { knowledgeWithRagflow } from './fixtures/knowledge-with-ragflow.ts'
import { sweepUnsaved } from './sweep-unsaved.ts'

type Rows = Record<string, unknown>[]
type Scene = Awaited<ReturnType<typeof knowledgeWithRagflow>>

const FACTS = ['Comets have tails of ice.', 'Planets wander around the sun.', 'Meteors burn in the air.']
const OTHER = { 'x-orrery-caller': 'app', 'x-consumer-username': 'globex' }

const splitAndSave = async (scene: Scene, more: { headers?: Record<string, string>; group?: string } = {}) => {
  const chunks = (await scene.split(FACTS.join('\n'), {}, more.headers)).data as Rows
  const docId = String(chunks[0]?.docId)
  const group = more.group ?? 'group-1'
  const saved = await scene.wire('chunks/save', { docId, group, chunks }, more.headers)
  return { docId, chunks, saved }
}
const query = (
  scene: Scene,
  match: object,
  { headers, ...more }: { headers?: Record<string, string>; topN?: number } = {},
) =>
  scene.wire(
    'chunk/query',
    { query: 'planets wander', topN: '2', match: { repoId: ['group-1'], ...match }, ...more },
    headers,
  )
const resultsOf = (answer: { data?: unknown }) => (answer.data as { results: Rows }).results

describe('a file on its way through RAGFlow', () => {
  test('is split into RAGFlow’s chunks, saved, and found with its chunk, its file and its page', async () => {
    await using scene = await knowledgeWithRagflow()
    const { docId, chunks, saved } = await splitAndSave(scene)
    const ids = chunks.map(({ dataIndex }) => String(dataIndex))
    expect(chunks).toEqual(
      FACTS.map((content, index) => ({
        docId,
        dataIndex: ids[index],
        title: '',
        content,
        context: content,
        references: null,
      })),
    )
    expect(
      (saved.data as Rows).map(({ id, dataIndex, fileId, content }) => ({ id, dataIndex, fileId, content })),
    ).toEqual(FACTS.map((content, index) => ({ id: ids[index], dataIndex: index, fileId: docId, content })))
    expect(scene.ragflow.calls('POST', `${docId}/chunks`)).toEqual([])

    const found = await query(scene, { threshold: 0.5 })
    expect(found).toMatchObject({ code: 0, data: { query: 'planets wander', count: 1 } })
    expect(resultsOf(found)).toEqual([
      {
        score: 1,
        docId,
        title: 'facts.txt',
        content: FACTS[1],
        context: FACTS[1],
        chunkId: ids[1],
        references: {},
        fileName: 'facts.txt',
        page: 2,
        pageEnd: 3,
      },
    ])
    expect(await scene.wire('document/name', { docId })).toMatchObject({
      data: { docId, fileName: 'facts.txt', fileStatus: 'DONE', fileQuantity: 3 },
    })
    expect((await scene.wire('document/chunk', { docId })).data).toEqual(
      FACTS.map((content, index) => ({ docId, chunkId: ids[index], content })),
    )
  })

  test('is put into the dataset that the administrator named, which is made once', async () => {
    await using scene = await knowledgeWithRagflow()
    await splitAndSave(scene)
    await splitAndSave(scene)
    expect(scene.ragflow.state.datasets.map(({ name }) => name)).toEqual(['Stellar Knowledge Base'])
    expect(scene.ragflow.calls('POST', '/datasets')).toHaveLength(1)
  })

  test('is cut as the client says, as far as RAGFlow can', async () => {
    for (const dialect of ['old', 'new'] as const) {
      await using scene = await knowledgeWithRagflow({ dialect })
      const split = await scene.split('one;two-- three', { lengthRange: [16, 400], separator: [';'], cutOff: ['--'] })
      expect((split.data as Rows).map(({ content }) => content)).toEqual(['one', 'two', 'three'])
      const [document] = scene.ragflow.state.datasets[0]?.documents ?? []
      expect(document?.parser_config).toEqual({ chunk_token_num: 200, delimiter: '`--`;' })
    }
  })

  test('with more chunks than a page of RAGFlow holds comes whole', async () => {
    await using scene = await knowledgeWithRagflow()
    const many = Array.from({ length: 250 }, (_, index) => `fact number ${index}`)
    expect(((await scene.split(many.join('\n'))).data as Rows).map(({ content }) => content)).toEqual(many)
  })
})

describe('chunks', () => {
  test('that are saved again are changed where they differ, and added where they are new', async () => {
    await using scene = await knowledgeWithRagflow()
    const { docId, chunks } = await splitAndSave(scene)
    const again = [
      chunks[0],
      { ...chunks[1], content: 'Planets circle.', title: 'Orbits' },
      { dataIndex: 7, content: 'Moons shine.' },
      { dataIndex: 8, content: ' ' },
    ]
    for (const _ of ['once', 'twice']) {
      const saved = (await scene.wire('chunks/save', { docId, group: 'group-1', chunks: again })).data as Rows
      expect(saved.map(({ content, dataIndex }) => [content, dataIndex])).toEqual([
        [FACTS[0], 0],
        ['Planets circle.', 1],
        ['Moons shine.', 7],
      ])
    }
    const [document] = scene.ragflow.state.datasets[0]?.documents ?? []
    expect(document?.chunks.map(({ content }) => content)).toEqual([
      FACTS[0] ?? '',
      'Planets circle.',
      FACTS[2] ?? '',
      'Moons shine.',
    ])
    expect(document?.chunks[1]?.important_keywords).toEqual(['Orbits'])
  })

  test.each(['old', 'new'] as const)('change, all of an update and only what it says (%s RAGFlow)', async (dialect) => {
    await using scene = await knowledgeWithRagflow({ dialect })
    const { docId, chunks } = await splitAndSave(scene)
    const [first, second, third] = chunks.map(({ dataIndex }) => dataIndex)
    const update = (changes: object[]) => scene.wire('chunk/update', { docId, group: 'group-1', chunks: changes })
    expect(await update([{ chunkId: second, available: false }])).toMatchObject({ code: 0, data: null })
    const changed = await update([
      { dataIndex: first, content: 'Comets glow.' },
      { chunk_id: second, content: 'Planets circle.' },
      { id: third, title: 'Showers' },
      { id: 'nowhere', content: 'x' },
    ])
    expect(changed).toMatchObject({ code: 0 })
    expect(changed.data).toEqual({ failedChunk: { chunkId: "chunk nowhere: Can't find this chunk nowhere" } })
    const [document] = scene.ragflow.state.datasets[0]?.documents ?? []
    expect(document?.chunks.map(({ content, available }) => [content, available])).toEqual([
      ['Comets glow.', true],
      ['Planets circle.', false],
      [FACTS[2] ?? '', true],
    ])
    expect(document?.chunks[2]?.important_keywords).toEqual(['Showers'])
  })

  test('are deleted by id, and a repeated call succeeds', async () => {
    await using scene = await knowledgeWithRagflow()
    const { docId, chunks } = await splitAndSave(scene)
    const chunkIds = [chunks[0]?.dataIndex, chunks[1]?.dataIndex]
    for (const _ of ['once', 'twice']) {
      expect(await scene.wire('chunk/delete', { docId, chunkIds })).toMatchObject({ code: 0, data: null })
    }
    expect(resultsOf(await query(scene, {}))).toEqual([])
    for (const none of [null, []]) {
      expect(await scene.wire('chunk/delete', { docId, chunkIds: none })).toMatchObject({ code: 10002 })
    }
    expect(await scene.wire('chunk/delete', { docId: 'nowhere', chunkIds })).toMatchObject({ code: 10019 })
  })

  test('of a document that RAGFlow does not hold are not saved, nor is nothing', async () => {
    await using scene = await knowledgeWithRagflow()
    const chunks = [{ content: 'text' }]
    expect(await scene.wire('chunks/save', { docId: 'nowhere', group: 'g', chunks })).toMatchObject({ code: 10017 })
    const { docId } = await splitAndSave(scene)
    const empty = await scene.wire('chunks/save', { docId, group: 'group-1', chunks: [{ content: '' }, 5] })
    expect(empty.code).toBe(10017)
    expect(empty.message).toContain('chunk 0: it has no content; chunk 1: it has no content')
  })
})

describe('a question', () => {
  test('weighs many candidates, however few hits it wants', async () => {
    await using scene = await knowledgeWithRagflow()
    const many = [...Array.from({ length: 60 }, (_, index) => `fact ${index}`), 'Planets wander.']
    const chunks = (await scene.split(many.join('\n'))).data as Rows
    await scene.wire('chunks/save', { docId: chunks[0]?.docId, group: 'group-1', chunks })
    expect(resultsOf(await query(scene, {}, { topN: 1 })).map(({ content }) => content)).toEqual(['Planets wander.'])
  })

  test('reaches the documents of its groups, and of them those it names', async () => {
    await using scene = await knowledgeWithRagflow()
    const one = await splitAndSave(scene)
    const two = await splitAndSave(scene)
    const three = await splitAndSave(scene, { group: 'group-2' })
    const docs = async (match: object) =>
      resultsOf(await query(scene, match, { topN: 5 }))
        .map(({ docId }) => docId)
        .toSorted()
    const sorted = (...ids: string[]) => ids.toSorted()
    expect(await docs({})).toEqual(sorted(one.docId, two.docId))
    expect(await docs({ docIds: [] })).toEqual(sorted(one.docId, two.docId))
    expect(await docs({ docIds: [two.docId, three.docId] })).toEqual([two.docId])
    expect(await docs({ repoId: ['group-1', 'group-2'] })).toEqual(sorted(one.docId, two.docId, three.docId))
    expect(await docs({ repoId: ['unknown'] })).toEqual([])
  })

  test('is answered although a document was deleted in RAGFlow', async () => {
    await using scene = await knowledgeWithRagflow()
    const one = await splitAndSave(scene)
    const two = await splitAndSave(scene)
    const [dataset] = scene.ragflow.state.datasets
    if (dataset) dataset.documents = dataset.documents.filter(({ id }) => id !== one.docId)
    expect(resultsOf(await query(scene, {})).map(({ docId }) => docId)).toEqual([two.docId])
  })

  test('reaches what others put into RAGFlow by its RAGFlow ids', async () => {
    await using scene = await knowledgeWithRagflow()
    const { docId } = await splitAndSave(scene)
    const [shared] = scene.ragflow.state.datasets
    const [document] = shared?.documents ?? []
    if (!shared || !document) throw new Error('nothing was stored')
    const foreign = { ...document, id: 'a'.repeat(32) }
    const library = { id: 'b'.repeat(32), name: 'Library', documents: [{ ...document, id: 'c'.repeat(32) }] }
    shared.documents.push(foreign)
    scene.ragflow.state.datasets.push(library)
    const docs = async (match: object) => resultsOf(await query(scene, match)).map((each) => each.docId)
    expect(await docs({ docIds: [foreign.id] })).toEqual([foreign.id])
    expect(await docs({ repoId: [library.id] })).toEqual(['c'.repeat(32)])
    expect(await docs({ repoId: ['d'.repeat(32)] })).toEqual([])
    // Everybody's documents lie in the default dataset: its id opens none of them.
    expect(await docs({ repoId: [shared.id] })).toEqual([])
    expect(await docs({ repoId: ['group-1'] })).toEqual([docId])
  })
})

test('another app neither finds, reads, changes nor deletes what came from this one', async () => {
  await using scene = await knowledgeWithRagflow()
  const { docId, chunks } = await splitAndSave(scene)
  const chunkIds = chunks.map(({ dataIndex }) => dataIndex)
  expect(resultsOf(await query(scene, {}, { headers: OTHER }))).toEqual([])
  expect(resultsOf(await query(scene, { docIds: [docId] }, { headers: OTHER }))).toEqual([])
  expect((await scene.wire('document/chunk', { docId }, OTHER)).data).toEqual([])
  expect((await scene.wire('document/name', { docId }, OTHER)).data).toBe(null)
  const body = { docId, group: 'group-1', chunks }
  expect((await scene.wire('chunks/save', body, OTHER)).code).toBe(10017)
  expect((await scene.wire('chunk/update', body, OTHER)).code).toBe(10018)
  expect((await scene.wire('chunk/delete', { docId, chunkIds }, OTHER)).code).toBe(10019)
  expect(resultsOf(await query(scene, {}))).toHaveLength(1)
})

test('what was split but never saved is taken out of RAGFlow after a while, and nothing else', async () => {
  await using scene = await knowledgeWithRagflow()
  const { docId } = await splitAndSave(scene)
  await scene.split('Never saved.')
  expect(await sweepUnsaved(scene.context, 3_600_000, AbortSignal.timeout(10_000))).toBe(0)
  expect(await sweepUnsaved(scene.context, 0, AbortSignal.timeout(10_000))).toBe(1)
  expect(scene.ragflow.state.datasets[0]?.documents.map(({ id }) => id)).toEqual([docId])
  expect(await sweepUnsaved(scene.context, 0, AbortSignal.timeout(10_000))).toBe(0)
})
