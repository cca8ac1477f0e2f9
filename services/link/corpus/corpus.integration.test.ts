/** Whole OpenAPI documents: each is imported, and every operation of it is called against a server that keeps what arrives. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import type { ImportReport } from '../imports/import-document.ts'
import { createTestLink } from '../test/create-test-link.ts'
import { type Arrived, type EchoServer, startEchoServer } from '../test/echo-server.ts'
import { asApp } from '../test/wire-client.ts'
import { type CorpusCall, type CorpusDocument, type CorpusPart, readCorpus } from './corpus-document.ts'
import { readParts } from './read-parts.ts'

const DOCUMENTS_MIN = 51
const headers = asApp('corpus')

let link: Awaited<ReturnType<typeof createTestLink>>
let echo: EchoServer
let answers: CorpusCall['answers']
beforeAll(async () => {
  link = await createTestLink()
  echo = await startEchoServer(answer)
})
afterAll(async () => {
  await echo?.[Symbol.asyncDispose]()
  await link?.[Symbol.asyncDispose]()
})

/** Gives tokens that name their client; all else answers as the call says. */
const answer = ({ target, headers: sent, body }: Arrived): Response => {
  if (target === '/token') {
    const basic = Buffer.from((sent.authorization ?? '').replace('Basic ', ''), 'base64').toString()
    const client =
      new URLSearchParams(body.toString()).get('client_id') ?? decodeURIComponent(basic.split(':')[0] ?? '')
    return Response.json({ access_token: `token-of-${client}`, expires_in: 3_600 })
  }
  if (answers?.json === undefined) return new Response(null, { status: answers?.status ?? 204 })
  return Response.json(answers.json, { status: answers.status })
}

const post = (path: `/${string}`, body: unknown) => callApp(link.app, `POST ${path}`, { headers, body })

const importOne = async ({ text }: CorpusDocument) => {
  const { body } = await post('/api/tools/import', {
    document: text.replaceAll('echo.example', `127.0.0.1:${echo.port}`),
  })
  return body as ImportReport & { code?: string }
}

const bindAll = async (toolId: string, { name, credentials }: CorpusDocument) => {
  for (const [scheme, secret] of Object.entries(credentials)) {
    const { body } = await post('/api/credentials', { name: `${name} ${scheme}`, secret })
    const { credentialId } = body as { credentialId: string }
    const path = `/api/credentials/${credentialId}/bindings` as const
    const bound = await callApp(link.app, `PUT ${path}`, { headers, body: { toolId, scheme } })
    expect(bound.status).toBe(200)
  }
}

const corpus = readCorpus()

test('the corpus is whole, and every operation says how it is called or why it is left out', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(DOCUMENTS_MIN)
  const silent = corpus.flatMap(({ name, refused, operations }) =>
    operations
      .filter(({ call, leftOut }) => refused === undefined && call === undefined && leftOut === undefined)
      .map(({ path, method }) => `${name}: ${method} ${path}`),
  )
  expect(silent).toEqual([])
})

describe.each(corpus.map((document) => [document.name, document] as const))('%s', (_, document) => {
  if (document.refused !== undefined) {
    test('is refused as a whole', async () => {
      expect((await importOne(document)).code).toBe(document.refused)
    })
    return
  }

  test('is imported, and each of its operations arrives as the specification says', async () => {
    const { toolId, operations } = await importOne(document)
    expect(operations).toHaveLength(document.operations.length)
    await bindAll(toolId, document)
    for (const { path, method, call, leftOut } of document.operations) {
      const report = operations.find((one) => one.path === path && one.method === method)
      expect({ path, method, imported: report?.imported }).toEqual({ path, method, imported: leftOut === undefined })
      if (leftOut !== undefined) expect(report?.reason).toContain(leftOut)
      if (call && report) await callAndCompare(toolId, report.operationId, call)
    }
  })
})

const callAndCompare = async (toolId: string, operationId: string, call: CorpusCall) => {
  answers = call.answers
  const ran = await post(`/api/tools/${toolId}/operations/${encodeURIComponent(operationId)}/run`, call.gives)
  expect({ operationId, status: ran.status, body: ran.body }).toMatchObject({ operationId, status: 200 })
  const { status = 204, json } = call.answers ?? {}
  const becomes = call.answers?.becomes ?? json ?? ''
  expect(ran.body).toMatchObject({ status, answer: becomes as object })
  compare(operationId, echo.take(), call.arrives)
}

const compare = (operationId: string, arrived: Arrived, wanted: CorpusCall['arrives']) => {
  const isAnyPath = wanted.target.startsWith('*')
  const target = isAnyPath ? arrived.target.replace(/^[^?]*/, '*') : arrived.target
  expect({ operationId, target }).toEqual({ operationId, target: wanted.target })
  if (wanted.method !== undefined) expect(arrived.method).toBe(wanted.method)
  if (wanted.headers) expect(arrived.headers).toMatchObject(wanted.headers)
  for (const name of wanted.lacks ?? []) expect(arrived.headers[name]).toBeUndefined()
  if (wanted.body !== undefined) expect(arrived.body.toString()).toBe(wanted.body)
  if (wanted.json !== undefined) expect(JSON.parse(arrived.body.toString())).toEqual(wanted.json)
  if (wanted.base64 !== undefined) expect(arrived.body.toString('base64')).toBe(wanted.base64)
  if (wanted.parts) {
    expect(readParts(arrived.headers['content-type'] ?? '', arrived.body)).toEqual(wanted.parts.map(inBase64))
  }
}

const inBase64 = ({ text, base64, ...part }: CorpusPart) => ({
  ...part,
  base64: base64 ?? Buffer.from(text ?? '').toString('base64'),
})
