import type { Caller } from '#shared/http/caller.ts'
import { RequestMalformedError } from './errors.ts'
import { requestIdOf } from './forwarded-headers.ts'
import type { KnownKey } from './known-key.ts'
import { type Owner, ownerOf } from './route-table.ts'
import type { Recheck } from './session-streams.ts'
import { continueTrace, type TraceContext } from './trace-context.ts'
import type { ClientRequest } from './wire/client-connection.ts'

/** Where a request came in. The internal door is a socket that only our own processes reach. */
export type Door = { kind: 'public' } | { kind: 'service'; service: string } | { kind: 'internal' }

/** One request and what became known of it on its way. */
export interface Exchange {
  request: ClientRequest
  door: Door
  /** `performance.now()` at arrival. */
  startedAt: number
  requestId: string
  /** Goes on with the trace that the request came with, or begins one. */
  trace: TraceContext
  path: string
  /** Path and query. */
  target: string
  owner: Owner
  caller: Caller | undefined
  /** The key of an app that the request came with, from outside. */
  key: KnownKey | undefined
  /** Of somebody who is signed in: whether they still may have what lasts. */
  recheck: Recheck | undefined
  /** Header lines that the answer carries in addition to the worker's. */
  moreLines: string
  workerId: string | undefined
  status: number
  firstByteMs: number
}

export const openExchange = (request: ClientRequest, door: Door): Exchange => {
  const { target, path, owner } = routeOf(request.target)
  return {
    request,
    door,
    startedAt: performance.now(),
    requestId: requestIdOf(request.headers),
    trace: continueTrace({
      traceparent: request.headers.get('traceparent'),
      tracestate: request.headers.get('tracestate'),
    }),
    path,
    target,
    owner,
    caller: undefined,
    key: undefined,
    recheck: undefined,
    moreLines: '',
    workerId: undefined,
    status: 0,
    firstByteMs: 0,
  }
}

interface Route {
  target: string
  path: string
  owner: Owner
}

const routeOf = (asked: string): Route => {
  const target = plainTarget(asked)
  const query = target.indexOf('?')
  const path = query < 0 ? target : target.slice(0, query)
  const known = recent.get(path)
  if (known) return { target, path: known.path, owner: known.owner }
  const owner = ownerOf(path)
  remember(path, owner)
  return { target, path, owner }
}

/**
 * Paths that were asked for lately, and their owners: most clients ask for few, however their queries differ. Requests share the text of a
 * path, so that whoever compares it later finds the very same.
 */
const recent = new Map<string, { path: string; owner: Owner }>()
const RECENT_MAX = 1_000
const RECENT_PATH_BYTES_MAX = 256

const remember = (path: string, owner: Owner): void => {
  if (path.length > RECENT_PATH_BYTES_MAX) return
  if (recent.size >= RECENT_MAX) recent.clear()
  recent.set(path, { path, owner })
}

/** What a URL parser would change: dot segments, also in percent-encoding, and backslashes. */
const UNPLAIN = /\/\.|%2e|\\/i

/** The target as a URL parser sees it, so that the owner of the path is that of what the worker will see. */
const plainTarget = (target: string): string => {
  if (!UNPLAIN.test(target)) return target
  // Not relative to a base: a target that begins with `//` would become a host.
  const { pathname, search } = new URL(`http://gateway${target}`)
  return pathname + search
}

/** A value for the `service` label of metrics and log lines. */
export const serviceLabel = ({ owner }: Exchange): string =>
  owner.kind === 'service' ? owner.service : owner.kind === 'supervisor' ? 'supervisor' : 'none'

/** Methods that no service of ours has, and that a proxy must not pass on. */
export const assertPlainMethod = (method: string): void => {
  if (method === 'CONNECT' || method === 'TRACE') throw new RequestMalformedError(`${method} is not supported.`)
}
