import { afterAll, describe, expect, test } from 'bun:test'
import { createOutboundGuard } from '../outbound-guard.ts'

const REDIRECTS = [301, 302, 303, 307, 308]

interface Seen {
  path: string
  host: string
  method: string
  body: string
  headers: Headers
}
const seen: Seen[] = []
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const url = new URL(request.url)
    seen.push({
      path: url.pathname,
      host: url.host,
      method: request.method,
      body: await request.text(),
      headers: new Headers(request.headers),
    })
    const to = url.searchParams.get('to')
    if (to === null) return new Response('landed')
    return new Response('', { status: Number(url.searchParams.get('status') ?? 302), headers: { location: to } })
  },
})
afterAll(() => server.stop(true))

/** Two public names, played by this machine; everything else is what it is. */
const guard = createOutboundGuard({
  allow: 'one.example,two.example',
  resolveHost: async (host) => (host === 'rebind.example' ? ['10.0.0.1'] : ['127.0.0.1']),
})
const at = (host: string, to?: string, status = 302) =>
  `http://${host}:${server.port}/${to === undefined ? 'landed' : `?status=${status}&to=${encodeURIComponent(to)}`}`

const hopTo = async (to: string, status: number): Promise<string> => {
  try {
    const response = await guard.fetch(at('one.example', to, status))
    return await response.text()
  } catch (error) {
    return (error as { code?: string }).code ?? String(error) // safe: read as an unknown field
  }
}

describe.each(REDIRECTS)('status %d', (status) => {
  test.each([
    ['the metadata', 'http://169.254.169.254/', 'OUTBOUND_REFUSED'],
    ['this machine', 'http://127.0.0.1:PORT/landed', 'OUTBOUND_REFUSED'],
    ['this machine in one number', 'http://2130706433:PORT/landed', 'OUTBOUND_REFUSED'],
    ['this machine by IPv6', 'http://[::ffff:7f00:1]:PORT/landed', 'OUTBOUND_REFUSED'],
    ['this machine without a scheme', '//127.0.0.1:PORT/landed', 'OUTBOUND_REFUSED'],
    ['a name that leads inside', 'http://rebind.example/', 'OUTBOUND_REFUSED'],
    ['a file', 'file:///etc/passwd', 'OUTBOUND_URL_INVALID'],
    ['gopher', 'gopher://one.example:PORT/', 'OUTBOUND_URL_INVALID'],
    ['data', 'data:text/plain,landed', 'OUTBOUND_URL_INVALID'],
    ['credentials', 'http://user:secret@two.example:PORT/landed', 'OUTBOUND_URL_INVALID'],
    ['nonsense', 'http://[', 'OUTBOUND_URL_INVALID'],
  ])('to %s is refused', async (_what, to, code) => {
    const before = seen.length
    expect(await hopTo(to.replace('PORT', String(server.port)), status)).toBe(code)
    expect(seen.length).toBe(before + 1)
  })

  test('to a public name is followed, and credentials stay behind', async () => {
    const headers = {
      authorization: 'Bearer secret',
      cookie: 'a=1',
      'proxy-authorization': 'secret',
      'x-api-key': 'secret',
      'x-goog-api-key': 'secret',
      'x-auth-token': 'secret',
      'x-harmless': 'kept',
    }
    await guard.fetch(at('one.example', at('two.example'), status), { headers })
    expect(seen.at(-1)?.host).toBe(`two.example:${server.port}`)
    const passed = Object.keys(headers).filter((name) => seen.at(-1)?.headers.has(name))
    expect(passed).toEqual(['x-harmless'])
  })

  test('to the same origin keeps them', async () => {
    await guard.fetch(at('one.example', '/landed', status), { headers: { authorization: 'Bearer secret' } })
    expect(seen.at(-1)?.headers.get('authorization')).toBe('Bearer secret')
  })

  test('of a POST keeps or drops its body as browsers do', async () => {
    await guard.fetch(at('one.example', '/landed', status), { method: 'POST', body: 'x' })
    expect(seen.at(-1)).toMatchObject(status < 304 ? { method: 'GET', body: '' } : { method: 'POST', body: 'x' })
  })
})

test('a loop ends', async () => {
  const self = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => new Response('', { status: 302, headers: { location: new URL(request.url).pathname } }),
  })
  const looping = guard.fetch(`http://one.example:${self.port}/again`)
  await expect(looping).rejects.toMatchObject({ code: 'OUTBOUND_TOO_MANY_REDIRECTS' })
  await self.stop(true)
})

test('a chain of public names that ends inside is refused at its end', async () => {
  const chain = at('one.example', at('two.example', at('one.example', 'http://10.0.0.1/')))
  await expect(guard.fetch(chain)).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
})

test('a body that says where to go is not followed', async () => {
  const page = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () =>
      new Response('<meta http-equiv=refresh content="0;url=http://169.254.169.254/">', {
        headers: { refresh: '0;url=http://169.254.169.254/', 'content-type': 'text/html' },
      }),
  })
  expect((await guard.fetch(`http://one.example:${page.port}/`)).status).toBe(200)
  await page.stop(true)
})
