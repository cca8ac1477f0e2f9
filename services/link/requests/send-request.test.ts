import { expect, test } from 'bun:test'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { waitFor } from '#shared/testing/wait-for.ts'
import { startEchoServer } from '../test/echo-server.ts'
import { ANSWER_BYTES_MAX, sendRequest } from './send-request.ts'

const outbound = createOutboundGuard({ allow: '127.0.0.1' })
const never = new AbortController().signal
const send = (url: string, options: { signal?: AbortSignal; msMax?: number; method?: string } = {}) => {
  const { signal = never, method = 'GET', ...more } = options
  const request = { method, url: new URL(url), headers: new Headers({ 'x-secret': 's' }), body: undefined }
  return sendRequest(outbound, request, { signal, credentialHeaders: new Set(['x-secret']), ...more })
}

test('an answer that is too large is refused as soon as it is', async () => {
  await using echo = await startEchoServer(() => new Response(new Uint8Array(ANSWER_BYTES_MAX + 1)))
  await expect(send(echo.url)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_LARGE' })
})

test('a server that never answers is given up, and so is one whose caller left', async () => {
  await using echo = await startEchoServer(() => new Promise<Response>(() => {}))
  await expect(send(echo.url, { msMax: 50 })).rejects.toMatchObject({ code: 'LINK_TOOL_TIMEOUT' })
  const leaving = new AbortController()
  const sent = send(echo.url, { signal: leaving.signal })
  await waitFor(() => echo.arrived.length === 2, { what: 'the second call to arrive' })
  leaving.abort()
  await expect(sent).rejects.toMatchObject({ code: 'LINK_CALL_ABANDONED' })
})

test('redirects are followed a few times, by the method that they ask for', async () => {
  await using echo = await startEchoServer(({ target }) => {
    const rest = Number(target.slice(1))
    return rest > 0
      ? new Response(null, { status: 303, headers: { location: `/${rest - 1}` } })
      : Response.json({ ok: true })
  })
  expect((await send(`${echo.url}/5`, { method: 'POST' })).status).toBe(200)
  expect(echo.arrived.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET', 'GET', 'GET'])
  await expect(send(`${echo.url}/6`)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_MANY_REDIRECTS' })
})

test('a header with a credential does not come back after it was left at another origin', async () => {
  await using other = await startEchoServer(
    ({ target }) =>
      new Response(null, {
        status: 307,
        headers: { location: new URLSearchParams(target.slice(2)).get('back') ?? '' },
      }),
  )
  await using echo = await startEchoServer(({ target }) =>
    target === '/start'
      ? new Response(null, { status: 307, headers: { location: `${other.url}/?back=${echo.url}/end` } })
      : Response.json({}),
  )
  expect((await send(`${echo.url}/start`)).status).toBe(200)
  expect([echo.arrived[0], other.arrived[0], echo.arrived[1]].map((one) => one?.headers['x-secret'])).toEqual([
    's',
    undefined,
    undefined,
  ])
})
