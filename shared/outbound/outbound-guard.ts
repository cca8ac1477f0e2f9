import { lookup } from 'node:dns/promises'
import { parseAddress, specialRangeOf } from './address-ranges.ts'
import { parseAllowList } from './allow-list.ts'
import { BAD_PORTS } from './bad-ports.ts'
import {
  OutboundRefusedError,
  OutboundTooManyRedirectsError,
  OutboundUnresolvedError,
  OutboundUrlInvalidError,
} from './errors.ts'
import { nextRequest } from './follow-redirect.ts'
import type { OpenSocket } from './open-socket.ts'
import { pinRequest } from './pin-request.ts'
import { pinSocket } from './pin-socket.ts'

const REDIRECTS_MAX = 5

/** An address that may be called: every address its name has was looked at, and one of them is to be used. */
export interface CheckedAddress {
  url: URL
  /** The IP address to connect to, so that a second look-up cannot give another one. */
  address: string
}

/** The one way out for calls that a user, a flow, a tool or a document asked for. */
export interface OutboundGuard {
  /** Throws an OUTBOUND_… AppError when the address is not to be called. */
  check(url: string): Promise<CheckedAddress>
  /**
   * Like `fetch`, to the checked address only. Redirects are followed (at most 5), each checked anew, unless `init.redirect` is `manual`.
   */
  fetch(url: string, init?: BunFetchRequestInit): Promise<Response>
  /** Begins a WebSocket to the checked address of a ws: or wss: URL. */
  openSocket: OpenSocket
}

/** Every address of a name. */
export type ResolveHost = (host: string) => Promise<string[]>

/** @param options.allow the text of ORRERY_OUTBOUND_ALLOW */
export const createOutboundGuard = (options: { allow: string; resolveHost?: ResolveHost }): OutboundGuard => {
  const allowList = parseAllowList(options.allow)
  const resolveHost = options.resolveHost ?? resolveBySystem

  const refuseSpecial = (host: string, address: string): void => {
    const parsed = parseAddress(address.replace(/%.*$/, ''))
    if (parsed && allowList.allowsAddress(parsed)) return
    const range = parsed ? specialRangeOf(parsed) : 'unknown'
    if (range) throw new OutboundRefusedError(host, { range })
  }

  const checkAs = async (text: string, schemes: Schemes, signal?: AbortSignal | null): Promise<CheckedAddress> => {
    signal?.throwIfAborted()
    const url = parseUrl(text, schemes)
    const host = url.hostname
      .replace(/^\[(.*)\]$/, '$1')
      .replace(/\.$/, '')
      .toLowerCase()
    const addresses = parseAddress(host) ? [host] : await untilAborted(resolveHost(host), signal)
    const [first] = addresses
    if (!first) throw new OutboundUnresolvedError(host)
    // All of them, not only the one in use: a name that is public and private at once is a way around.
    if (!allowList.allowsHost(host)) for (const address of addresses) refuseSpecial(host, address)
    return { url, address: first }
  }

  const check = (text: string) => checkAs(text, HTTP_SCHEMES)

  return {
    check,
    async openSocket(text, signal) {
      const { url, options } = pinSocket(await checkAs(text, SOCKET_SCHEMES, signal))
      return new WebSocket(url, options)
    },
    async fetch(text, init = {}) {
      let request = { url: text, init }
      for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
        const pinned = pinRequest(await checkAs(request.url, HTTP_SCHEMES, init.signal), request.init)
        const response = await fetch(pinned.url, pinned.init)
        const next = init.redirect === 'manual' ? undefined : nextRequest(request, response)
        if (!next) return response
        await response.body?.cancel()
        request = next
      }
      throw new OutboundTooManyRedirectsError(REDIRECTS_MAX)
    },
  }
}

type Schemes = readonly [string, string]
const HTTP_SCHEMES: Schemes = ['http:', 'https:']
const SOCKET_SCHEMES: Schemes = ['ws:', 'wss:']

const parseUrl = (text: string, schemes: Schemes): URL => {
  const url = URL.parse(text)
  if (!url) throw new OutboundUrlInvalidError('it is no absolute URL')
  if (!schemes.includes(url.protocol)) {
    throw new OutboundUrlInvalidError(`${url.protocol.slice(0, -1)} is not spoken here`)
  }
  if (url.username || url.password) throw new OutboundUrlInvalidError('it carries credentials')
  if (url.port !== '' && BAD_PORTS.has(Number(url.port))) {
    throw new OutboundUrlInvalidError(`port ${url.port} belongs to another protocol`)
  }
  return url
}

/** A look-up cannot be stopped, but nobody has to wait for it. */
const untilAborted = <T>(lookup: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> => {
  if (!signal) return lookup
  const aborted = Promise.withResolvers<never>()
  const leave = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  return Promise.race([lookup, aborted.promise]).finally(() => signal.removeEventListener('abort', leave))
}

const resolveBySystem: ResolveHost = async (host) => {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch (error) {
    throw new OutboundUnresolvedError(host, { cause: error })
  }
}
