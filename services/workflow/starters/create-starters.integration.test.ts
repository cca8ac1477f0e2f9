import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFrames, shownText, startWorkflow } from '../fixtures/start-workflow.ts'
import { createStarters } from './create-starters.ts'

let directory: string
let workflow: Awaited<ReturnType<typeof startWorkflow>>
let gateway: { stop(force: boolean): Promise<void> }
/** What the knowledge service was asked, with whose rights. */
const asked: { body: Record<string, unknown>; appId: string | null; caller: string | null }[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'starters-'))
  const gatewayPath = join(directory, 'gateway.sock')
  gateway = Bun.serve({
    unix: gatewayPath,
    async fetch(request) {
      asked.push({
        body: (await request.json()) as Record<string, unknown>,
        appId: request.headers.get('x-consumer-username'),
        caller: request.headers.get('x-orrery-caller'),
      })
      const results = [
        { score: 0.9, docId: 'd', chunkId: 'c', content: 'Orrery keeps its data in the folder named data.' },
      ]
      return Response.json({ code: 0, message: 'success', sid: 's', data: { query: '', count: 1, results } })
    },
  })
  workflow = await startWorkflow({ gatewayPath })
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await gateway.stop(true)
  await rm(directory, { recursive: true, force: true })
})

const run = async (flowId: string, text: string) =>
  readFrames(
    await workflow.call('POST /workflow/v1/chat/completions', {
      appId: 'starter',
      body: { flow_id: flowId, parameters: { AGENT_USER_INPUT: text } },
    }),
  )

test('a new data directory has three published flows of the app starter', async () => {
  const { flows } = await workflow.json('GET /api/flows', { appId: 'starter' })
  expect(flows.map((flow: { id: string; published: boolean }) => [flow.id, flow.published])).toEqual([
    ['103', true],
    ['102', true],
    ['101', true],
  ])
})

test('the echo and both branches answer', async () => {
  expect(shownText(await run('101', 'good day'))).toBe('You said: good day')
  expect(shownText(await run('103', 'well, hello there'))).toBe('Hello to you, too.')
  expect(shownText(await run('103', 'good day'))).toBe('You did not say hello, you said: good day')
})

test('the handbook flow searches with the rights of its owner and streams an answer from what it found', async () => {
  const frames = await run('102', 'Where does Orrery keep its data?')
  expect(shownText(frames)).toContain('"Orrery keeps its data in the folder named data."')
  expect(frames.length).toBeGreaterThan(3)
  expect(asked).toEqual([
    {
      appId: 'starter',
      caller: 'app',
      body: expect.objectContaining({
        query: 'Where does Orrery keep its data?',
        topN: 3,
        match: expect.objectContaining({ repoId: ['starter-handbook'] }),
      }),
    },
  ])
})

test('what a user deleted or changed stays deleted or changed at the next start', async () => {
  await workflow.call('DELETE /api/flows/103', { appId: 'starter' })
  await workflow.call('PUT /api/flows/101', { appId: 'starter', body: { name: 'My echo' } })
  await createStarters(workflow.context.database)
  const { flows } = await workflow.json('GET /api/flows', { appId: 'starter' })
  expect(flows.map((flow: { id: string; name: string }) => [flow.id, flow.name])).toEqual([
    ['102', 'Ask the handbook'],
    ['101', 'My echo'],
  ])
})
