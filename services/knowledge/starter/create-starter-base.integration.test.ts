import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { temporaryKnowledge } from '../test/temporary-knowledge.ts'
import { createStarterBase, STARTER_BASE_ID } from './create-starter-base.ts'

const STARTER = { 'x-orrery-caller': 'app', 'x-consumer-username': 'starter' }
const ask = (query: string) => ({
  query,
  topN: 3,
  match: { repoId: [STARTER_BASE_ID], threshold: 0.3 },
  ragType: 'AIUI-RAG2',
})

test('a new installation can be asked about itself, whoever starts first', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await Promise.all([createStarterBase(knowledge.dependencies), createStarterBase(knowledge.dependencies)])
  for (const [question, answer] of [
    ['What are the four promises?', 'Four promises decide every trade-off'],
    ['Which port does the gateway listen on?', 'its main port is 8080'],
    ['How do I make a backup?', 'copy the whole data directory'],
    ['Where is the root key kept?', 'root-key'],
  ] as const) {
    const { data } = await knowledge.wire('chunk/query', ask(question), STARTER)
    const [best] = (data as { results: { content: string; score: number }[] }).results
    expect(best?.content).toContain(answer)
  }
  const { data } = await knowledge.wire(
    'document/name',
    { docId: 'starter-handbook-text', ragType: 'AIUI-RAG2' },
    STARTER,
  )
  const { body } = await callApp(knowledge.app, 'GET /api/documents/starter-handbook-text/chunks', { headers: STARTER })
  expect((data as { fileQuantity: number }).fileQuantity).toBe((body as { chunks: unknown[] }).chunks.length)
})

test('what a user deleted or changed is neither created again nor changed back', async () => {
  await using knowledge = await temporaryKnowledge({ claim: false })
  await createStarterBase(knowledge.dependencies)
  await callApp(knowledge.app, `PATCH /api/bases/${STARTER_BASE_ID}`, { headers: STARTER, body: { name: 'Ours' } })
  await callApp(knowledge.app, 'DELETE /api/documents/starter-handbook-text', { headers: STARTER })
  await createStarterBase(knowledge.dependencies)
  const path = `GET /api/bases/${STARTER_BASE_ID}` as const
  expect((await callApp(knowledge.app, path, { headers: STARTER })).body).toMatchObject({ name: 'Ours' })
  expect((await callApp(knowledge.app, `${path}/documents`, { headers: STARTER })).body).toMatchObject({
    documents: [],
  })
  await callApp(knowledge.app, `DELETE /api/bases/${STARTER_BASE_ID}`, { headers: STARTER })
  await createStarterBase(knowledge.dependencies)
  expect((await callApp(knowledge.app, path, { headers: STARTER })).status).toBe(404)
})
