import { afterAll, beforeAll, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startWorkflow } from '../fixtures/start-workflow.ts'
import { end, flow, node, ref } from '../test/build-flow.ts'

let workflow: Awaited<ReturnType<typeof startWorkflow>>
const asked: string[] = []
const host = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    const { pathname } = new URL(request.url)
    asked.push(`${request.method} ${pathname}`)
    if (pathname.startsWith('/gone')) return new Response('no', { status: 404 })
    if (pathname.startsWith('/endless')) return new Response(new ReadableStream({ pull: (c) => c.enqueue('x') }))
    const size = pathname.startsWith('/large') ? 52_428_801 : 5
    return new Response(null, { headers: { 'content-length': String(size) } })
  },
})
const at = (path: string) => `http://127.0.0.1:${host.port}${path}`
beforeAll(async () => {
  workflow = await startWorkflow({ settings: { ORRERY_OUTBOUND_ALLOW: '127.0.0.1' } })
})
afterAll(async () => {
  await workflow[Symbol.asyncDispose]()
  await host.stop(true)
})

const START = 'node-start::s'
const fileInput = (change: object = {}) => ({
  name: 'f',
  required: true,
  schema: { type: 'string' },
  fileType: 'file',
  allowedFileType: ['pdf', 'image'],
  ...change,
})
const run = async (input: object, parameters: object) => {
  const start = node(START, { outputs: [input as Record<string, unknown>] })
  const definition = flow([start, end({ x: ref(START, 'f') }, '{{x}}')], [[START, 'node-end::e']])
  const added = await workflow.json('POST /api/flows', { appId: 'alice', body: { name: 'Files', definition } })
  const body = { flow_id: added.id, stream: false, parameters }
  const frame = await workflow.json('POST /workflow/v1/debug/chat/completions', { appId: 'alice', body })
  return frame.code === 0 ? 0 : [frame.code, frame.message]
}

test('a file of the right kind and size lets the run start, by its address in path or query', async () => {
  expect(await run(fileInput(), { f: at('/a.PDF') })).toBe(0)
  expect(await run(fileInput(), { f: at('/get?name=/b.pdf&x=1') })).toBe(0)
  expect(await run(fileInput({ schema: { type: 'array' } }), { f: [at('/a.pdf'), at('/b.pdf')] })).toBe(0)
  expect(asked.every((request) => request.startsWith('HEAD '))).toBe(true)
})

test('another kind of file, or one that is too large, is 23601', async () => {
  expect(await run(fileInput(), { f: at('/a.png') })).toEqual([23601, expect.stringContaining('only pdf')])
  expect(await run(fileInput(), { f: at('/a') })).toEqual([23601, expect.stringContaining('f: ')])
  expect(await run(fileInput(), { f: at('/large.pdf') })).toEqual([23601, expect.stringContaining('52428800')])
})

test('an address that cannot be asked or does not tell the size is 23603', async () => {
  expect(await run(fileInput(), { f: at('/gone.pdf') })).toEqual([23603, expect.stringContaining('404')])
  expect(await run(fileInput(), { f: at('/endless.pdf') })).toEqual([23603, expect.stringContaining('size')])
  expect(await run(fileInput(), { f: 'http://127.0.0.1:1/a.pdf' })).toEqual([23603, expect.any(String)])
  expect(await run(fileInput(), { f: 'ftp://host/a.pdf' })).toEqual([23603, expect.stringContaining('ftp')])
})

test('an address inside of the network is not asked', async () => {
  const [code, message] = (await run(fileInput(), { f: 'http://169.254.169.254/a.pdf' })) as [number, string]
  expect(code).toBe(23603)
  expect(message).toContain('refused')
})

test('an input that says no kind, or has no address where it needs one, is 23602', async () => {
  expect(await run(fileInput({ allowedFileType: [] }), { f: at('/a.pdf') })).toEqual([23602, expect.any(String)])
  expect(await run(fileInput({ allowedFileType: ['video'] }), { f: at('/a.pdf') })).toEqual([23602, expect.any(String)])
  expect(await run(fileInput({ fileType: 'folder' }), { f: at('/a.pdf') })).toEqual([23602, expect.any(String)])
  expect(await run(fileInput(), {})).toEqual([23602, expect.any(String)])
  expect(await run(fileInput(), { f: '' })).toEqual([23602, expect.any(String)])
  expect(await run(fileInput({ required: false }), { f: '' })).toBe(0)
  expect(await run(fileInput({ required: false }), {})).toBe(0)
})

test('an uploaded file is known by its address, and nobody is asked', async () => {
  const form = new FormData()
  form.set('file', new File(['%PDF-'], 'a.pdf'))
  const headers = { 'x-orrery-caller': 'app', 'x-consumer-username': 'alice' }
  const sent = new Request('http://orrery.internal/workflow/v1/upload_file', { method: 'POST', headers, body: form })
  const answer = (await (await workflow.service.handle(sent)).json()) as { data: { url: string } }
  expect(await run(fileInput(), { f: answer.data.url })).toBe(0)
})

test('a run that is queued is looked at as well', async () => {
  const start = node(START, { outputs: [fileInput()] })
  const definition = flow([start, end({ x: ref(START, 'f') }, '{{x}}')], [[START, 'node-end::e']])
  const added = await workflow.json('POST /api/flows', { appId: 'alice', body: { name: 'Files', definition } })
  const body = { flowId: added.id, mode: 'debug', parameters: { f: at('/a.png') } }
  const response = await workflow.call('POST /api/runs', { appId: 'alice', body })
  expect(response.status).toBe(422)
})

test('a fork with other parameters is looked at as well', async () => {
  const start = node(START, { outputs: [fileInput()] })
  const definition = flow([start, end({ x: ref(START, 'f') }, '{{x}}')], [[START, 'node-end::e']])
  const alice = (body: object) => ({ appId: 'alice', body })
  const added = await workflow.json('POST /api/flows', alice({ name: 'Files', definition }))
  const order = { flowId: added.id, mode: 'debug', parameters: { f: at('/a.pdf') } }
  const origin = await workflow.json('POST /api/runs', alice(order))
  const state = async () => (await workflow.json(`GET /api/runs/${origin.id}`, { appId: 'alice' })).state
  await waitFor(async () => (await state()) === 'completed', { what: 'the end of the origin' })
  const fork = (f: string) => workflow.call(`POST /api/runs/${origin.id}/fork`, alice({ parameters: { f } }))
  expect((await fork(at('/a.png'))).status).toBe(422)
  expect((await fork(at('/gone.pdf'))).status).toBe(422)
  expect((await fork(at('/b.pdf'))).status).toBe(202)
})
