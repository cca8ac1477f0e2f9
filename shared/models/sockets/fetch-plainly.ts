import type { FetchModel } from '../calls/model-options.ts'
import { openConnection } from './open-connection.ts'

/**
 * `fetch` for models at `http:` addresses, for a single difference: it reads from its socket only when its reader asks, and then all that has come. Bun's
 * own wakes the process for every piece that arrives, which is most of what a streamed token costs. Every other address, and an answer that
 * leads elsewhere, is left to `fetch`.
 */
export const fetchPlainly: FetchModel = async (url, init) => {
  const target = new URL(url)
  if (target.protocol !== 'http:') return fetch(url, init)
  const { status, headers, body } = await openConnection(target, toRequest(target, init), init.signal ?? undefined)
  if (isRedirect(status) && headers.has('location')) {
    await body.cancel()
    return fetch(url, init)
  }
  return new Response(status === 204 || status === 304 ? null : body, { status, headers })
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

/** Written by us: nobody else's text may end a line of a head. */
const BREAKS_LINE = /[\r\n\0]/

const toRequest = (target: URL, init: RequestInit): Buffer => {
  const body = Buffer.from(typeof init.body === 'string' ? init.body : '')
  const headers = new Headers(init.headers)
  headers.set('host', target.host)
  headers.set('connection', 'close')
  headers.set('content-length', String(body.byteLength))
  headers.set('accept-encoding', 'identity')
  if (target.username !== '' && !headers.has('authorization')) {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`)
  }
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`)
  if (lines.some((line) => BREAKS_LINE.test(line.slice(0, -2)))) throw new TypeError('A header has a line break.')
  const head = `${init.method ?? 'GET'} ${target.pathname}${target.search} HTTP/1.1\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}
