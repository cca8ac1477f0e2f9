import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { UploadedFiles } from '../../engine/flow-services.ts'
import { createUploadedFiles } from '../../files/uploaded-files.ts'
import { compile, flow, node, output, ref, start } from '../../test/build-flow.ts'
import { runInMemory, startEvent, testServices } from '../../test/run-in-memory.ts'

const ID = 'document-extractor::d'
const SAMPLES = join(import.meta.dir, '../../../../deploy/samples')

let server: ReturnType<typeof Bun.serve>
let origin: string
let onSlow: (request: Request) => void = () => {}
let hang: { promise: Promise<Response>; resolve: (response: Response) => void }
beforeAll(() => {
  hang = Promise.withResolvers<Response>()
  server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    routes: {
      '/notes.md': new Response('# Title\n\nwords'),
      '/page': new Response('<!doctype html><h1>Sky</h1><script>x</script><p>blue', {
        headers: { 'content-type': 'text/html' },
      }),
      '/rows.csv': new Response('a,b\r\n1,2'),
      '/data.json': new Response('{"a": 1}'),
      '/old.docx': new Response(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0)),
      '/nothing.txt': new Response(''),
      '/broken.pdf': new Response('%PDF-1.7 and then nothing'),
      '/big.txt': new Response('x'.repeat(2_000)),
      '/slow.txt': (request) => {
        onSlow(request)
        return hang.promise
      },
      '/*': new Response('', { status: 404 }),
    },
  })
  origin = `http://127.0.0.1:${server.port}`
})
afterAll(async () => {
  hang.resolve(new Response())
  await server.stop(true)
})

const compileExtractor = (param: Record<string, unknown>, files: unknown) =>
  compile(
    flow(
      [
        start(),
        node(ID, { inputs: { files }, outputs: [output('text'), output('documents', { type: 'array' })], param }),
      ],
      [['node-start::s', ID]],
    ),
  )

const run = async (
  files: unknown,
  options: { param?: Record<string, unknown>; allow?: string; uploads?: UploadedFiles; signal?: AbortSignal } = {},
) => {
  const events = await runInMemory({
    plan: compileExtractor(options.param ?? {}, files),
    start: startEvent({ q: `${origin}/notes.md` }),
    services: testServices({
      outbound: createOutboundGuard({ allow: options.allow ?? '127.0.0.0/8' }),
      ...(options.uploads && { files: options.uploads }),
    }),
    ...(options.signal && { signal: options.signal }),
  })
  return events.find(({ type }) => type === 'node-failed') ?? events.findLast(({ type }) => type === 'node-completed')
}

test('a file becomes text', async () => {
  expect(await run(ref('node-start::s', 'q'))).toMatchObject({
    variables: {
      text: '# Title\n\nwords',
      documents: [{ name: 'notes.md', url: `${origin}/notes.md`, type: 'text/markdown', pages: 0 }],
    },
  })
})

test('files of a list are read in order, each by its content', async () => {
  const paths = ['page', 'rows.csv', 'data.json']
  expect(await run(paths.map((path) => `${origin}/${path}?key=secret`))).toMatchObject({
    variables: {
      text: 'Sky\n\nblue\n\na,b\n1,2\n\n{"a": 1}',
      documents: [{ type: 'text/html' }, { type: 'text/csv' }, { type: 'application/json' }],
    },
  })
})

test('an uploaded PDF is read from this host, and its pages are counted', async () => {
  const [sample = ''] = await Array.fromAsync(new Bun.Glob('*.pdf').scan(SAMPLES))
  const path = join(SAMPLES, sample)
  const id = '0'.repeat(32)
  const row = { name: sample, sizeBytes: Bun.file(path).size, contentHash: 'hash' }
  const uploads = createUploadedFiles({
    files: { find: async (asked) => (asked === id ? (row as never) : undefined) },
    objects: { localPath: async () => path },
  })
  const address = `http://localhost:8080/workflow/v1/files/${id}.pdf`
  const end = await run([address], { uploads, allow: '' })
  expect(end).toMatchObject({ variables: { documents: [{ name: sample, type: 'application/pdf' }] } })
  const variables = end?.type === 'node-completed' ? end.variables : {}
  const [document] = variables.documents as { pages: number; text: string }[]
  expect(document?.pages).toBeGreaterThan(0)
  expect(document?.text.length).toBeGreaterThan(100)
})

test('a file that was not given is no fault', async () => {
  expect(await run('')).toMatchObject({ variables: { text: '', documents: [] } })
  expect(await run([])).toMatchObject({ variables: { text: '', documents: [] } })
})

test.each([
  ['old.docx', 23601, 'damaged or incomplete'],
  ['nothing.txt', 23601, 'no text'],
  ['broken.pdf', 23601, 'damaged'],
  ['missing.txt', 23603, 'answered 404'],
] as const)('%s fails the node with its own code and reason', async (path, code, reason) => {
  expect(await run(`${origin}/${path}?key=secret`)).toMatchObject({
    type: 'node-failed',
    code,
    message: expect.stringMatching(new RegExp(`^(?!.*secret).*${path}: .*${reason}`)),
  })
})

test('limits of bytes and characters are held', async () => {
  expect(await run(`${origin}/big.txt`, { param: { bytesMax: 1_999 } })).toMatchObject({
    code: 23601,
    message: expect.stringContaining('larger than 1999 bytes'),
  })
  expect(await run([`${origin}/big.txt`, `${origin}/big.txt`], { param: { charactersMax: 3_999 } })).toMatchObject({
    code: 23601,
    message: expect.stringContaining('longer than 3999 characters'),
  })
})

test('an address that the guard refuses is not called', async () => {
  expect(await run(`${origin}/notes.md`, { allow: '' })).toMatchObject({
    code: 23603,
    message: expect.stringContaining('loopback range'),
  })
})

test('what is no address is the wire’s 23602', async () => {
  expect(await run([7])).toMatchObject({ code: 23602 })
  expect(await run(Array.from({ length: 21 }, () => `${origin}/notes.md`))).toMatchObject({ code: 23602 })
})

test('a file that takes too long fails the node in time', async () => {
  expect(await run(`${origin}/slow.txt`, { param: { timeoutSeconds: 0.05 } })).toMatchObject({
    code: 23603,
    message: expect.stringContaining('within 0.05 s'),
  })
})

test('a run that is aborted lets its download go', async () => {
  const leaving = new AbortController()
  const gone = Promise.withResolvers<void>()
  onSlow = (request) => {
    request.signal.addEventListener('abort', () => gone.resolve())
    leaving.abort(new Error('the worker stops'))
  }
  await expect(run(`${origin}/slow.txt`, { signal: leaving.signal })).rejects.toThrow('the worker stops')
  await gone.promise
})

test('a limit outside of what is offered is refused when the flow is compiled', () => {
  expect(() => compileExtractor({ bytesMax: 52_428_801 }, '')).toThrow(`node ${ID}, nodeParam /bytesMax`)
})
