import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { APP, temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { FOLDER_DEPTH_MAX } from './folder-tree-policy.ts'

type Knowledge = Awaited<ReturnType<typeof temporaryKnowledge>>
interface Listed {
  folders: { id: string; path: string[]; documentCount: number }[]
}

const OTHER = { 'x-orrery-caller': 'app', 'x-consumer-username': 'globex' }

type Route = Parameters<typeof callApp>[1]

const send = (knowledge: Knowledge, route: Route, body?: unknown) => sendAs(knowledge, APP, { route, body })

const sendAs = async (
  knowledge: Knowledge,
  headers: Record<string, string>,
  { route, body }: { route: Route; body?: unknown },
) => {
  const answer = await callApp(knowledge.app, route, { headers, ...(body === undefined ? {} : { body }) })
  return { status: answer.status, body: answer.body as { id: string; code?: string; folderId?: string | null } }
}

const createFolder = async (
  knowledge: Knowledge,
  baseId: string,
  { name, parentId = null }: { name: string; parentId?: string | null },
) => {
  const { status, body } = await send(knowledge, `POST /api/bases/${baseId}/folders`, { name, parentId })
  expect(status).toBe(201)
  return body.id
}

const paths = async (knowledge: Knowledge, baseId: string) => {
  const { body } = await send(knowledge, `GET /api/bases/${baseId}/folders`)
  return (body as unknown as Listed).folders.map(({ path, documentCount }) => `${path.join('/')} ${documentCount}`)
}

/** Uploads into a folder by the form, and waits until it is ready. */
const uploadInto = async (
  knowledge: Knowledge,
  baseId: string,
  { folderId, text }: { folderId: string; text: string },
) => {
  const form = new FormData()
  form.set('file', new File([text], `${text.slice(0, 8)}.txt`))
  form.set('folderId', folderId)
  const url = `http://app.test/api/bases/${baseId}/documents?waitMs=30000`
  const answer = await knowledge.app.handle(new Request(url, { method: 'POST', body: form, headers: APP }))
  const body = (await answer.json()) as { id: string; state: string; folderId: string | null }
  expect(body).toMatchObject({ state: 'ready', folderId })
  return body.id
}

test('folders are listed as a tree is drawn, with what lies in them', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const parts = await createFolder(knowledge, baseId, { name: 'Parts' })
  const wheels = await createFolder(knowledge, baseId, { name: 'Wheels', parentId: parts })
  await createFolder(knowledge, baseId, { name: 'Bolts', parentId: parts })
  await createFolder(knowledge, baseId, { name: 'Manuals' })
  await uploadInto(knowledge, baseId, { folderId: wheels, text: 'Wheels are round.' })
  expect(await paths(knowledge, baseId)).toEqual(['Manuals 0', 'Parts 0', 'Parts/Bolts 0', 'Parts/Wheels 1'])
})

test('a folder is renamed and moved with what is in it, but not into itself nor beside one of its name', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const parts = await createFolder(knowledge, baseId, { name: 'Parts' })
  const wheels = await createFolder(knowledge, baseId, { name: 'Wheels', parentId: parts })
  const spokes = await createFolder(knowledge, baseId, { name: 'Spokes', parentId: wheels })
  const change = (id: string, body: object) => send(knowledge, `PATCH /api/bases/${baseId}/folders/${id}`, body)
  expect((await change(wheels, { parentId: null, name: 'Rings' })).status).toBe(200)
  expect(await paths(knowledge, baseId)).toEqual(['Parts 0', 'Rings 0', 'Rings/Spokes 0'])
  for (const parentId of [wheels, spokes]) {
    expect(await change(wheels, { parentId })).toMatchObject({ status: 409, body: { code: 'KNOWLEDGE_FOLDER_CYCLE' } })
  }
  expect(await change(wheels, { name: 'Parts' })).toMatchObject({
    status: 409,
    body: { code: 'KNOWLEDGE_FOLDER_EXISTS' },
  })
  expect(await send(knowledge, `POST /api/bases/${baseId}/folders`, { name: 'Parts' })).toMatchObject({
    status: 409,
    body: { code: 'KNOWLEDGE_FOLDER_EXISTS' },
  })
  expect(await change(wheels, { parentId: 'nowhere' })).toMatchObject({ status: 404 })
})

test('two moves at the same time that would put two folders into each other do not both happen', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const left = await createFolder(knowledge, baseId, { name: 'Left' })
  const right = await createFolder(knowledge, baseId, { name: 'Right' })
  const move = (id: string, parentId: string) =>
    send(knowledge, `PATCH /api/bases/${baseId}/folders/${id}`, { parentId })
  const answers = await Promise.all([move(left, right), move(right, left)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await paths(knowledge, baseId)).toHaveLength(2)
})

test('folders lie no deeper than they may', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  let deepest: string | null = null
  for (let depth = 1; depth <= FOLDER_DEPTH_MAX; depth++) {
    deepest = await createFolder(knowledge, baseId, { name: `Level ${depth}`, parentId: deepest })
  }
  const tooDeep = await send(knowledge, `POST /api/bases/${baseId}/folders`, { name: 'Deeper', parentId: deepest })
  expect(tooDeep).toMatchObject({ status: 409, body: { code: 'KNOWLEDGE_FOLDER_LIMIT' } })
})

test('documents of a deleted folder come to the top and stay found, or are deleted when that is asked for', async () => {
  await using knowledge = await temporaryKnowledge()
  const baseId = await knowledge.createBase()
  const parts = await createFolder(knowledge, baseId, { name: 'Parts' })
  const wheels = await createFolder(knowledge, baseId, { name: 'Wheels', parentId: parts })
  const kept = await uploadInto(knowledge, baseId, { folderId: wheels, text: 'Comets have tails.' })
  expect((await send(knowledge, `DELETE /api/bases/${baseId}/folders/${parts}`)).status).toBe(204)
  expect(await paths(knowledge, baseId)).toEqual([])
  expect((await send(knowledge, `GET /api/documents/${kept}`)).body.folderId).toBeNull()
  expect((await knowledge.search(baseId, 'comets')).count).toBe(1)

  const outer = await createFolder(knowledge, baseId, { name: 'Outer' })
  const inner = await createFolder(knowledge, baseId, { name: 'Inner', parentId: outer })
  const gone = await uploadInto(knowledge, baseId, { folderId: inner, text: 'Comets are made of ice.' })
  const deleted = await send(knowledge, `DELETE /api/bases/${baseId}/folders/${outer}?documents=delete`)
  expect(deleted.status).toBe(204)
  expect((await send(knowledge, `GET /api/documents/${gone}`)).status).toBe(404)
  expect((await knowledge.search(baseId, 'comets')).hits.map((hit) => hit.citation.documentId)).toEqual([kept])
  expect((await send(knowledge, `DELETE /api/bases/${baseId}/folders/${outer}`)).status).toBe(404)
})

test('folders of another app or base are as if they were not there', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  const baseId = await knowledge.createBase()
  const folderId = await createFolder(knowledge, baseId, { name: 'Parts' })
  const other = await knowledge.createBase()
  const prefix = `/api/bases/${baseId}/folders` as const
  expect((await sendAs(knowledge, OTHER, { route: `GET ${prefix}` })).status).toBe(404)
  expect((await sendAs(knowledge, OTHER, { route: `POST ${prefix}`, body: { name: 'x' } })).status).toBe(404)
  expect((await sendAs(knowledge, OTHER, { route: `PATCH ${prefix}/${folderId}`, body: { name: 'x' } })).status).toBe(
    404,
  )
  expect((await sendAs(knowledge, OTHER, { route: `DELETE ${prefix}/${folderId}` })).status).toBe(404)
  const elsewhere = `/api/bases/${other}/folders/${folderId}` as const
  expect((await send(knowledge, `PATCH ${elsewhere}`, { name: 'x' })).status).toBe(404)
  expect((await send(knowledge, `DELETE ${elsewhere}`)).status).toBe(404)
  expect(await paths(knowledge, baseId)).toEqual(['Parts 0'])
})
