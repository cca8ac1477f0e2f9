import { afterAll, describe, expect, test } from 'bun:test'
import { createOutboundGuard } from './outbound-guard.ts'

const seen: { host: string | null; path: string; authorization: string | null; method: string; body: string }[] = []
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const url = new URL(request.url)
    const { headers, method } = request
    const authorization = headers.get('authorization')
    seen.push({ host: headers.get('host'), path: url.pathname, authorization, method, body: await request.text() })
    const to = url.searchParams.get('to')
    if (url.pathname === '/redirect') {
      return new Response(null, {
        status: Number(url.searchParams.get('status') ?? 302),
        headers: { location: to ?? '' },
      })
    }
    return new Response('hello')
  },
})
afterAll(() => server.stop(true))
const { port } = server
const local = { resolveHost: async () => ['127.0.0.1'] }

describe('addresses inside the network', () => {
  test.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1/',
    'http://127.0.0.1./',
  ])('%s is refused', async (url) => {
    await expect(createOutboundGuard({ allow: '' }).check(url)).rejects.toMatchObject({
      code: 'OUTBOUND_REFUSED',
      remedy: expect.stringContaining('ORRERY_OUTBOUND_ALLOW'),
    })
  })

  test('a public name is refused when one of its addresses is private', async () => {
    const guard = createOutboundGuard({ allow: '', resolveHost: async () => ['93.184.216.34', '10.0.0.1'] })
    await expect(guard.check('https://example.test/')).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
  })

  test('an allowed host or range is let through, others are not', async () => {
    const guard = createOutboundGuard({ allow: 'model.test,10.1.0.0/16', ...local })
    expect((await guard.check('http://model.test/')).address).toBe('127.0.0.1')
    expect((await guard.check('http://10.1.9.9/')).address).toBe('10.1.9.9')
    await expect(guard.check('http://other.test/')).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
    await expect(guard.check('http://10.2.0.1/')).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
  })
})

test.each(['ftp://example.test/', 'file:///etc/passwd', '/relative', 'http://user:secret@example.test/'])(
  '%s is no address to call',
  async (url) => {
    await expect(createOutboundGuard({ allow: '' }).check(url)).rejects.toMatchObject({ code: 'OUTBOUND_URL_INVALID' })
  },
)

test('a name without an address says so', async () => {
  const guard = createOutboundGuard({ allow: '', resolveHost: async () => [] })
  await expect(guard.check('http://nowhere.test/')).rejects.toMatchObject({ code: 'OUTBOUND_UNRESOLVED' })
})

test('connects to the address that was checked, under the name that was asked for', async () => {
  let lookups = 0
  const guard = createOutboundGuard({
    allow: 'model.test',
    resolveHost: async () => {
      lookups += 1
      return lookups === 1 ? ['127.0.0.1'] : ['192.0.2.1']
    },
  })
  const response = await guard.fetch(`http://model.test:${port}/pinned`, { method: 'POST', body: 'x' })
  expect(await response.text()).toBe('hello')
  expect(seen.at(-1)).toMatchObject({ host: `model.test:${port}`, path: '/pinned', method: 'POST', body: 'x' })
  expect(lookups).toBe(1)
})

describe('redirects', () => {
  const guard = createOutboundGuard({ allow: 'model.test,second.test', ...local })
  const redirect = (to: string, status = 302) =>
    `http://model.test:${port}/redirect?status=${status}&to=${encodeURIComponent(to)}`

  test('are followed, and each target is checked', async () => {
    expect(await (await guard.fetch(redirect('/landed'))).text()).toBe('hello')
    expect(seen.at(-1)?.path).toBe('/landed')
    await expect(guard.fetch(redirect('http://169.254.169.254/'))).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' })
    await expect(guard.fetch(redirect('file:///etc/passwd'))).rejects.toMatchObject({ code: 'OUTBOUND_URL_INVALID' })
    await expect(guard.fetch(redirect('http://['))).rejects.toMatchObject({ code: 'OUTBOUND_URL_INVALID' })
  })

  test('do not carry credentials to another origin, but within one', async () => {
    const init = { headers: { authorization: 'Bearer secret' } }
    await guard.fetch(redirect(`http://second.test:${port}/`), init)
    expect(seen.at(-1)).toMatchObject({ host: `second.test:${port}`, authorization: null })
    await guard.fetch(redirect('/'), init)
    expect(seen.at(-1)).toMatchObject({ authorization: 'Bearer secret' })
  })

  test('turn a POST into a GET for 302 and 303, and keep it for 307', async () => {
    const init = { method: 'POST', body: 'x' }
    await guard.fetch(redirect('/', 303), init)
    expect(seen.at(-1)).toMatchObject({ method: 'GET', body: '' })
    await guard.fetch(redirect('/', 307), init)
    expect(seen.at(-1)).toMatchObject({ method: 'POST', body: 'x' })
  })

  test('end after five', async () => {
    let url = `http://model.test:${port}/`
    for (let step = 0; step < 6; step++) url = redirect(url)
    await expect(guard.fetch(url)).rejects.toMatchObject({ code: 'OUTBOUND_TOO_MANY_REDIRECTS' })
  })

  test('are handed back when asked for', async () => {
    expect((await guard.fetch(redirect('http://10.0.0.1/'), { redirect: 'manual' })).status).toBe(302)
  })
})
