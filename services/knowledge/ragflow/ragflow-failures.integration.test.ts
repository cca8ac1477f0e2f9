import { describe, expect, test } from 'bun:test'
import { knowledgeWithRagflow } from './fixtures/knowledge-with-ragflow.ts'

type Rows = Record<string, unknown>[]
type Scene = Awaited<ReturnType<typeof knowledgeWithRagflow>>

const stored = async (scene: Scene) => {
  const chunks = (await scene.split('Planets wander.\nComets glow.')).data as Rows
  const docId = String(chunks[0]?.docId)
  await scene.wire('chunks/save', { docId, group: 'group-1', chunks })
  return { docId, chunks, chunkIds: chunks.map(({ dataIndex }) => String(dataIndex)) }
}
const query = (scene: Scene) => scene.wire('chunk/query', { query: 'planets', topN: 1, match: { repoId: ['group-1'] } })

describe('an outage is an error of its operation, never an empty answer', () => {
  const outages: [string, () => Response][] = [
    ['a broken server', () => new Response('boom', { status: 500 })],
    ['an API key that it does not accept', () => Response.json({ code: 401, message: 'no' }, { status: 401 })],
    ['an API key that it tells of by a code', () => Response.json({ code: 109, message: 'no authorization' })],
    ['an answer that is no JSON', () => new Response('<html>')],
    ['an answer that is not of its API', () => Response.json({ hello: 'world' })],
    ['a code of its own', () => Response.json({ code: 100, message: 'Database operation failed' })],
    ['data without what its API promises', () => Response.json({ code: 0, data: { nothing: true } })],
    ['an address that leads elsewhere', () => Response.redirect('http://127.0.0.1:9/', 302)],
  ]
  test.each(outages)('%s', async (_what, outage) => {
    await using scene = await knowledgeWithRagflow()
    const { docId, chunks, chunkIds } = await stored(scene)
    scene.ragflow.intercept(outage)
    const body = { docId, group: 'group-1', chunks }
    const answers = {
      query: await query(scene),
      chunks: await scene.wire('document/chunk', { docId }),
      name: await scene.wire('document/name', { docId }),
      save: await scene.wire('chunks/save', body),
      update: await scene.wire('chunk/update', body),
      delete: await scene.wire('chunk/delete', { docId, chunkIds }),
      split: await scene.split('Meteors burn.'),
    }
    expect(Object.values(answers).map(({ code }) => code)).toEqual([10020, 10020, 10020, 10017, 10018, 10019, 10016])
    for (const answer of Object.values(answers)) {
      expect(answer.message).toMatch(/^\d+: [\w ]+\(RAGFlow: .+\)$/)
      expect(answer.message).not.toContain('ragflow-test-key')
      expect(answer).not.toHaveProperty('data')
    }
  })

  test('a server that is not there', async () => {
    await using scene = await knowledgeWithRagflow()
    await stored(scene)
    await scene.ragflow[Symbol.asyncDispose]()
    expect(await query(scene)).toMatchObject({ code: 10020, message: expect.stringContaining('cannot be reached') })
  })

  test('one that does not answer in time', async () => {
    await using scene = await knowledgeWithRagflow({ callMsMax: 300 })
    await stored(scene)
    const slow = Promise.withResolvers<Response>()
    scene.ragflow.intercept(() => slow.promise)
    expect(await query(scene)).toMatchObject({ code: 10020, message: expect.stringContaining('within 0.3 s') })
    slow.resolve(new Response(''))
  })

  test('a key that is missing', async () => {
    await using scene = await knowledgeWithRagflow({ token: 'another-key' })
    expect(await scene.split('text')).toMatchObject({ code: 10016, message: expect.stringContaining('API key') })
    expect(scene.ragflow.asked).toHaveLength(1)
  })
})

test('a server that fails for a moment costs time, not the question', async () => {
  await using scene = await knowledgeWithRagflow()
  await stored(scene)
  let failures = 0
  scene.ragflow.intercept(() => (++failures <= 2 ? new Response('', { status: 503 }) : undefined))
  expect(await query(scene)).toMatchObject({ code: 0, data: { count: 1 } })
  expect(failures).toBe(3)
})

test('what would happen twice is not asked twice', async () => {
  await using scene = await knowledgeWithRagflow()
  await stored(scene)
  scene.ragflow.intercept(({ method, path }) =>
    method === 'POST' && path.endsWith('/documents') ? new Response('', { status: 503 }) : undefined,
  )
  const before = scene.ragflow.calls('POST', '/documents').length
  expect(await scene.split('text')).toMatchObject({ code: 10016 })
  expect(scene.ragflow.calls('POST', '/documents')).toHaveLength(before + 1)
})

test('a file that RAGFlow cannot read fails at once, says why, and is taken out again', async () => {
  await using scene = await knowledgeWithRagflow({ parseMsMax: 60_000 })
  scene.ragflow.state.failing = true
  const started = performance.now()
  const split = await scene.split('text')
  expect(split).toMatchObject({ code: 10016, message: expect.stringContaining('FAIL: [ERROR] no text was found') })
  expect(performance.now() - started).toBeLessThan(30_000)
  expect(scene.ragflow.state.datasets[0]?.documents).toEqual([])
})

test('a file that is read for ever is given up, and taken out again', async () => {
  await using scene = await knowledgeWithRagflow({ parseMsMax: 200 })
  scene.ragflow.state.looks = Number.POSITIVE_INFINITY
  expect(await scene.split('text')).toMatchObject({ code: 10016, message: expect.stringContaining('not read within') })
  expect(scene.ragflow.state.datasets[0]?.documents).toEqual([])
})

describe('files are fetched through the outbound guard, and nothing of the server itself', () => {
  test.each([
    ['a path', '/etc/passwd', 10003],
    ['a file address', 'file:///etc/passwd', 10003],
    ['a private address', 'http://10.255.255.1/x.pdf', 10003],
    ['no file', 'http://127.0.0.1:9/', 10001],
  ])('%s', async (_what, file, code) => {
    await using scene = await knowledgeWithRagflow()
    expect(await scene.wire('document/split', { file })).toMatchObject({ code })
    expect(scene.ragflow.asked).toEqual([])
  })

  test('a web page that is not to be reached', async () => {
    await using scene = await knowledgeWithRagflow({ allow: '' })
    const page = { file: scene.fileUrl, resourceType: 1 }
    expect(await scene.wire('document/split', page)).toMatchObject({ code: 10003 })
    expect(scene.ragflow.asked).toEqual([])
  })
})
