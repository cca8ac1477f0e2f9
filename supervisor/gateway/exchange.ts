import type { Caller } from '#shared/http/caller.ts'
import { RequestMalformedError } from './errors.ts'
import { requestIdOf } from './forwarded-headers.ts'
import { type Owner, ownerOf } from './route-table.ts'

/** Where a request came in. The internal door is a socket that only our own processes reach. */
export type Door = { kind: 'public' } | { kind: 'service'; service: string } | { kind: 'internal' }

/** What the listener knows of the connection. */
export interface Connection {
  address: string | undefined
  /** Lets this request be silent for as long as it takes: the listener would cut it. */
  allowSilence(): void
}

/** One request and what became known of it on its way. */
export interface Exchange {
  request: Request
  door: Door
  connection: Connection
  /** `performance.now()` at arrival. */
  startedAt: number
  requestId: string
  path: string
  /** Path and query. */
  target: string
  owner: Owner
  caller: Caller | undefined
  workerId: string | undefined
  status: number
  firstByteMs: number
}

export const openExchange = (request: Request, door: Door, connection: Connection): Exchange => {
  // A Host that is none leaves a path alone in request.url.
  const { pathname, search } = new URL(request.url, 'http://gateway')
  return {
    request,
    door,
    connection,
    startedAt: performance.now(),
    requestId: requestIdOf(request.headers),
    path: pathname,
    target: pathname + search,
    owner: ownerOf(pathname),
    caller: undefined,
    workerId: undefined,
    status: 0,
    firstByteMs: 0,
  }
}

/** A value for the `service` label of metrics and log lines. */
export const serviceLabel = ({ owner }: Exchange): string =>
  owner.kind === 'service' ? owner.service : owner.kind === 'supervisor' ? 'supervisor' : 'none'

/** Methods that no service of ours has, and that a proxy must not pass on. */
export const assertPlainMethod = (method: string): void => {
  if (method === 'CONNECT' || method === 'TRACE') throw new RequestMalformedError(`${method} is not supported.`)
}
