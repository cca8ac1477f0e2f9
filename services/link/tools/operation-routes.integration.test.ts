import { expect, test } from 'bun:test'
import { callApp } from '#shared/testing/call-app.ts'
import { createTestLink } from '../test/create-test-link.ts'
import { startEchoServer } from '../test/echo-server.ts'
import { asApp, asRoot, createWireClient, documentOf } from '../test/wire-client.ts'

const ok = { 200: { description: 'ok' } }

test('an operation runs with values by place, and answers what the tool answered', async () => {
  await using link = await createTestLink()
  await using echo = await startEchoServer()
  const id = await createWireClient(link.app, 'a1').make(
    documentOf(echo.url, {
      '/p/{id}': {
        post: {
          operationId: 'x',
          parameters: [{ name: 'sid', in: 'cookie', schema: {} }],
          requestBody: { content: { 'application/json': {}, 'text/plain': {} } },
          responses: ok,
        },
      },
    }),
  )
  const run = async (body: unknown, headers: Record<string, string> = asApp('a1')) =>
    callApp(link.app, `POST /api/tools/${id}/operations/x/run`, { headers, body })
  const values = { path: { id: 7 }, query: { q: 1 }, header: { 'X-A': 'b' }, cookie: { sid: 's' } }
  const { status, body } = await run({ ...values, body: 'plain text', contentType: 'text/plain' })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    status: 200,
    answer: {
      method: 'POST',
      target: '/p/7?q=1',
      headers: { 'x-a': 'b', cookie: 'sid=s', 'content-type': 'text/plain' },
      body: Buffer.from('plain text').toString('base64'),
    },
  })
  expect((await run({ path: {} })).body).toMatchObject({ code: 'LINK_CALL_INVALID' })
  expect((await run(values, asApp('b2'))).body).toMatchObject({ code: 'LINK_TOOL_NOT_FOUND' })
  expect((await run(values, asRoot)).status).toBe(200)
  expect((await run({ ...values, version: 'V9' })).body).toMatchObject({ code: 'LINK_TOOL_NOT_FOUND' })
  const unknown = await callApp(link.app, `POST /api/tools/${id}/operations/y/run`, { headers: asApp('a1'), body: {} })
  expect(unknown.body).toMatchObject({ code: 'LINK_OPERATION_NOT_FOUND' })
})

test('a tool is renamed, disabled, and deleted with all its versions, by its owner alone', async () => {
  await using link = await createTestLink()
  await using echo = await startEchoServer()
  const id = await createWireClient(link.app, 'a1').make(
    documentOf(echo.url, { '/x': { get: { operationId: 'x', responses: ok } } }),
  )
  const path = `/api/tools/${id}` as const
  const call = (route: `${'PATCH' | 'DELETE' | 'POST' | 'GET'} /${string}`, body?: unknown, appId = 'a1') =>
    callApp(link.app, route, { headers: asApp(appId), ...(body === undefined ? {} : { body }) })
  expect((await call(`PATCH ${path}`, { name: 'New', enabled: false })).body).toMatchObject({
    name: 'New',
    enabled: false,
  })
  expect((await call(`POST ${path}/operations/x/run`, {})).body).toMatchObject({ code: 'LINK_TOOL_DISABLED' })
  expect((await call(`PATCH ${path}`, { name: 'Stolen' }, 'b2')).status).toBe(404)
  expect((await call(`DELETE ${path}`, undefined, 'b2')).status).toBe(404)
  expect((await call(`DELETE ${path}/versions/V9`)).status).toBe(404)
  expect((await call(`DELETE ${path}`)).status).toBe(204)
  expect((await call(`GET ${path}`)).status).toBe(404)
  expect(echo.arrived).toEqual([])
})
