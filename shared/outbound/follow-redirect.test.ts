import { expect, test } from 'bun:test'
import { nextRequest } from './follow-redirect.ts'

const to = (location: string) => new Response(null, { status: 307, headers: { location } })

test('a client certificate stays with its origin, on the way back too', () => {
  const tls = { cert: 'certificate', key: 'key', ca: 'authority' }
  const first = { url: 'https://a.test/x', init: { tls } }
  const within = nextRequest(first, to('/y'))
  expect(within).toMatchObject({ url: 'https://a.test/y', init: { tls } })
  for (const location of ['https://b.test/', 'https://a.test:8443/', 'http://a.test/']) {
    const away = nextRequest(first, to(location))
    expect(away?.init).not.toHaveProperty('tls')
    const back = away && nextRequest(away, to('https://a.test/y'))
    expect(back?.init).not.toHaveProperty('tls')
  }
  expect(first.init.tls).toEqual(tls)
})
