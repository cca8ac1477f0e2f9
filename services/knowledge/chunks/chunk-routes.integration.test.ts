import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import type { Chunk, ChunkPage } from './chunk-schemas.ts'

const OTHER = { ...APP, 'x-consumer-username': 'other' }
/** A word of every chunk, so that one query asks for all that can be found. */
const EVERYWHERE = 'astronomy'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>

const libraryOf = async (knowledge: Knowledge) => {
  const baseId = await knowledge.createBase({ splitting: { lengthMin: 5, lengthMax: 40 } })
  const text = `${EVERYWHERE} of comets.\n\n${EVERYWHERE} of planets.\n\n${EVERYWHERE} of stars.`
  const { body } = await knowledge.upload(baseId, text, { name: 'a.txt' })
  await knowledge.settled(body.id)
  const call = (route: 'GET' | 'POST' | 'PATCH' | 'DELETE', path = '', payload?: object) =>
    callApp(knowledge.app, `${route} /api/documents/${body.id}/chunks${path}`, {
      headers: APP,
      ...(payload ? { body: payload } : {}),
    })
  const list = async (query = '') => ((await call('GET', query)).body as typeof ChunkPage.static).chunks
  /** What the index finds, and what the rows say it ought to. */
  const compare = async () => {
    const hits = await knowledge.dependencies.index.search({ baseIds: [baseId], text: EVERYWHERE, limit: 10_000 })
    const rows = await list('?limit=500')
    return {
      found: hits.map((hit) => String(hit.chunkId)).sort(),
      wanted: rows
        .filter((row) => row.enabled)
        .map((row) => row.version)
        .sort(),
    }
  }
  const countOf = async () => (await knowledge.dependencies.documents.find('acme', body.id))?.chunkCount
  const contents = async (query = EVERYWHERE) =>
    (await knowledge.search(baseId, query, { limit: 50 })).hits.map((hit) => hit.content).sort()
  return { baseId, documentId: body.id, call, list, compare, contents, countOf }
}

test('an added chunk is found at once, at the place that was asked for, and counts', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, list, contents, countOf, compare } = await libraryOf(knowledge)
  const first = await call('POST', '', { content: `${EVERYWHERE} of moons.`, title: 'Moons', after: '0' })
  expect(first.status).toBe(201)
  expect(first.body).toMatchObject({ title: 'Moons', origin: 'added', enabled: true, context: null, kind: 'text' })
  await call('POST', '', { content: `${EVERYWHERE} at the end.`, context: 'wide', page: 7 })
  await call('POST', '', { content: `${EVERYWHERE} to begin with.`, after: null, enabled: false })
  expect((await list()).map(({ content }) => content.slice(EVERYWHERE.length + 1))).toEqual([
    'to begin with.',
    'of comets.',
    'of moons.',
    'of planets.',
    'of stars.',
    'at the end.',
  ])
  expect((await list()).at(-1)).toMatchObject({ page: 7, pageEnd: 7, context: 'wide', kind: 'part' })
  expect(await contents('moons')).toContain(`${EVERYWHERE} of moons.`)
  expect(await contents()).not.toContain(`${EVERYWHERE} to begin with.`)
  expect(await countOf()).toBe(6)
  const { found, wanted } = await compare()
  expect(found).toEqual(wanted)
})

test('a changed chunk is found by what it says now only, under its id, with another version', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, list, contents, compare } = await libraryOf(knowledge)
  const [before] = await list()
  const { status, body } = await call('PATCH', '/0', {
    content: `${EVERYWHERE} of asteroids.`,
    version: before?.version,
  })
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: '0', position: 0, origin: 'edited', content: `${EVERYWHERE} of asteroids.` })
  expect((body as Chunk).version).not.toBe(before?.version ?? '')
  expect((await call('GET', '/0')).body).toEqual(body as object)
  expect(await contents()).toEqual([
    `${EVERYWHERE} of asteroids.`,
    `${EVERYWHERE} of planets.`,
    `${EVERYWHERE} of stars.`,
  ])
  const { found, wanted } = await compare()
  expect(found).toEqual(wanted)
  const same = await call('PATCH', '/0', { content: `${EVERYWHERE} of asteroids.`, enabled: true })
  expect(same.body).toEqual(body as object)
})

test('a chunk can be switched off and on, and edited while it is off', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, list, contents, compare } = await libraryOf(knowledge)
  expect((await call('PATCH', '/1', { enabled: false })).body).toMatchObject({ enabled: false, origin: 'document' })
  expect(await contents()).toHaveLength(2)
  await call('PATCH', '/1', { content: `${EVERYWHERE} of exoplanets.` })
  expect(await contents()).toHaveLength(2)
  expect((await list('?enabled=false')).map((chunk) => chunk.id)).toEqual(['1'])
  expect((await list('?origin=edited')).map((chunk) => chunk.id)).toEqual(['1'])
  expect((await call('PATCH', '/1', { enabled: true })).body).toMatchObject({ enabled: true, origin: 'edited' })
  expect(await contents('exoplanets')).toContain(`${EVERYWHERE} of exoplanets.`)
  const { found, wanted } = await compare()
  expect(found).toEqual(wanted)
})

test('a deleted chunk is gone from list, count and searches', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, contents, countOf, compare } = await libraryOf(knowledge)
  expect((await call('DELETE', '/1')).status).toBe(204)
  expect((await call('GET', '/1')).status).toBe(404)
  expect((await call('DELETE', '/1')).body).toMatchObject({ code: 'KNOWLEDGE_CHUNK_NOT_FOUND' })
  expect(await contents()).toEqual([`${EVERYWHERE} of comets.`, `${EVERYWHERE} of stars.`])
  expect(await countOf()).toBe(2)
  const { found, wanted } = await compare()
  expect(found).toEqual(wanted)
})

test('a change made of an older version is refused and changes nothing', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, list } = await libraryOf(knowledge)
  const version = (await list())[0]?.version
  await call('PATCH', '/0', { title: 'First' })
  for (const change of [
    { content: 'x', version },
    { enabled: false, version },
  ]) {
    const refused = await call('PATCH', '/0', change)
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({ code: 'KNOWLEDGE_CHUNK_CHANGED' })
  }
  expect((await call('DELETE', `/0?version=${version}`)).status).toBe(409)
  expect((await list())[0]).toMatchObject({ title: 'First', enabled: true, content: `${EVERYWHERE} of comets.` })
})

test('a request that says too little, too much or names what is not there is refused and changes nothing', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, list } = await libraryOf(knowledge)
  for (const [method, path, payload, status] of [
    ['POST', '', {}, 422],
    ['POST', '', { content: ' \n ' }, 422],
    ['POST', '', { content: 'x'.repeat(20_001) }, 422],
    ['POST', '', { content: 'x', after: 'nowhere' }, 404],
    ['PATCH', '/0', {}, 422],
    ['PATCH', '/0', { content: '' }, 422],
    ['PATCH', '/nowhere', { content: 'x' }, 404],
    ['GET', '/nowhere', undefined, 404],
    ['GET', '?after=nowhere', undefined, 404],
    ['GET', '?limit=501', undefined, 422],
  ] as const) {
    expect([method, path, (await call(method, path, payload)).status]).toEqual([method, path, status])
  }
  expect(await list()).toHaveLength(3)
})

test('what cannot be stored is left out of a text rather than failing it', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call } = await libraryOf(knowledge)
  const { body } = await call('POST', '', { content: 'a\0b\ud800c', title: '\0t', context: '\udfff' })
  expect(body).toMatchObject({ content: 'ab\ufffdc', title: 't', context: '\ufffd' })
})

test('chunks of a document without text yet, or of another app, cannot be written', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const { body } = await knowledge.upload(baseId, 'Comets.', { name: 'a.txt' })
  const path = `/api/documents/${body.id}/chunks` as const
  const early = await callApp(knowledge.app, `POST ${path}`, { headers: APP, body: { content: 'x' } })
  expect(early.status).toBe(409)
  expect(early.body).toMatchObject({ code: 'KNOWLEDGE_DOCUMENT_NOT_READ' })
  for (const [route, payload] of [
    [`GET ${path}`, undefined],
    [`GET ${path}/0`, undefined],
    [`POST ${path}`, { content: 'x' }],
    [`PATCH ${path}/0`, { content: 'x' }],
    [`DELETE ${path}/0`, undefined],
  ] as const) {
    const answer = await callApp(knowledge.app, route, { headers: OTHER, ...(payload ? { body: payload } : {}) })
    expect([route, answer.status, (answer.body as { code: string }).code]).toEqual([
      route,
      404,
      'KNOWLEDGE_DOCUMENT_NOT_FOUND',
    ])
  }
})

test('many editors at once lose nothing of each other, and leave an index that equals the rows', async () => {
  await using knowledge = await temporaryKnowledge()
  const { call, list, compare, countOf } = await libraryOf(knowledge)
  const random = seededRandom(3)
  const pick = (below: number) => Math.floor(random() * below)
  const statuses = new Map<number, number>()
  const note = ({ status }: { status: number }) => statuses.set(status, (statuses.get(status) ?? 0) + 1)

  // Everybody changes another field of one chunk: each change has to be there in the end.
  const answers = await Promise.all([
    call('PATCH', '/0', { content: `${EVERYWHERE} changed by one.` }),
    call('PATCH', '/0', { title: 'Changed by two' }),
    call('PATCH', '/0', { context: 'changed by three' }),
    call('PATCH', '/0', { enabled: false }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect((await call('GET', '/0')).body).toMatchObject({
    content: `${EVERYWHERE} changed by one.`,
    title: 'Changed by two',
    context: 'changed by three',
    enabled: false,
  })

  // Of those who name one version, one is served.
  const version = ((await call('GET', '/0')).body as Chunk).version
  const rivals = await Promise.all(
    Array.from({ length: 6 }, (_, number) => call('PATCH', '/0', { title: `Rival ${number}`, version })),
  )
  expect(rivals.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409])
  const winner = rivals.findIndex(({ status }) => status === 200)
  expect((await call('GET', '/0')).body).toMatchObject({ title: `Rival ${winner}` })

  for (let round = 0; round < 4; round++) {
    const ids = (await list('?limit=500')).map(({ id }) => id)
    const before = ids.length
    const gone = ids[pick(ids.length)]!
    const results = await Promise.all([
      ...Array.from({ length: 5 }, () =>
        call('POST', '', { content: `${EVERYWHERE} added`, after: ids[pick(ids.length)] }),
      ),
      ...Array.from({ length: 6 }, () => call('PATCH', `/${ids[pick(ids.length)]}`, { enabled: random() < 0.5 })),
      ...Array.from({ length: 6 }, () =>
        call('PATCH', `/${ids[pick(ids.length)]}`, { content: `${EVERYWHERE} edit${pick(1_000)}` }),
      ),
      call('DELETE', `/${gone}`),
      call('DELETE', `/${gone}`),
    ])
    results.forEach(note)
    const added = results.slice(0, 5).filter(({ status }) => status === 201).length
    const deleted = results.slice(-2).filter(({ status }) => status === 204).length
    expect(deleted).toBe(1)
    const rows = await list('?limit=500')
    expect(rows.length).toBe(before + added - deleted)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
    expect(await countOf()).toBe(rows.length)
    const { found, wanted } = await compare()
    expect(found).toEqual(wanted)
  }
  expect([...statuses.keys()].filter((status) => ![200, 201, 204, 404].includes(status))).toEqual([])
  await knowledge.dependencies.index.maintain(AbortSignal.timeout(60_000))
  const { found, wanted } = await compare()
  expect(found).toEqual(wanted)
}, 120_000)
