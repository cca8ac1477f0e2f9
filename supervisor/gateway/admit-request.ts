import { APP_HEADER, CALLER_HEADER, type Caller, KEY_HEADER, USER_HEADER } from '#shared/http/caller.ts'
import { sessionTokenOf } from '#shared/http/session-cookie.ts'
import type { HeaderList } from '#shared/http1/header-list.ts'
import { type AuthenticateDependencies, authenticate } from './authenticate.ts'
import { CrossSiteError, PathElsewhereError, RouteUnknownError, UnauthenticatedError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { identifySession, type SessionRequest } from './identify-session.ts'
import { assertAllowed, type Identity, NOBODY_IDENTITY } from './identity.ts'
import type { KnownKey } from './known-key.ts'
import { isForeignChange, mayUseSession } from './same-origin-policy.ts'
import type { SessionCache } from './session-cache.ts'
import type { Recheck } from './session-streams.ts'

export interface Admission {
  service: string
  caller: Caller
  /** The key of an app that the request was sent with, from outside. */
  key: KnownKey | undefined
  /** Of somebody who is signed in: whether they still may. */
  recheck?: Recheck | undefined
}

export interface AdmitDependencies extends AuthenticateDependencies {
  workers: { services(): string[] }
  sessions: SessionCache
}

/**
 * The service that a request may go to, and for whom; at once where nobody has to be asked. Undefined for the supervisor's own pages. Throws
 * when it may go nowhere.
 */
export const admitRequest = (
  dependencies: AdmitDependencies,
  exchange: Exchange,
): Admission | undefined | Promise<Admission> => {
  const { door, owner, path, request } = exchange
  if (door.kind === 'service' && (owner.kind !== 'service' || owner.service !== door.service)) {
    throw new PathElsewhereError(path, door.service)
  }
  if (owner.kind === 'nobody') throw new RouteUnknownError(path)
  if (owner.kind === 'supervisor') return undefined
  const { service, access } = owner
  if (door.kind === 'internal') {
    const known = dependencies.workers.services()
    if (known.length > 0 && !known.includes(service)) throw new RouteUnknownError(path)
    return { service, caller: trustedCaller(request.headers), key: undefined }
  }
  if (access === 'internal') throw new RouteUnknownError(path)
  if (access === 'open') return admissionOf(service, NOBODY_IDENTITY)
  const identity = identify(dependencies, exchange, { service, access })
  if (identity instanceof Promise) return identity.then((found) => admitIdentity(service, exchange, found))
  return admitIdentity(service, exchange, identity)
}

const admitIdentity = (service: string, exchange: Exchange, identity: Identity): Admission => {
  exchange.caller = identity.caller // also of a request that is refused: it is written down who sent it
  const { path } = exchange
  const { method } = exchange.request
  assertAllowed(identity, method, path)
  const { again } = identity
  const admission = admissionOf(service, identity)
  if (again) admission.recheck = async () => assertAllowed(await again(), method, path)
  return admission
}

const admissionOf = (service: string, { caller, key }: Identity): Admission => ({ service, caller, key })

/**
 * By the Authorization header when there is one, else by the session of the browser. Where credentials are optional, a session that is over is none, and
 * a page of another site may change nothing.
 */
const identify = (
  dependencies: AdmitDependencies,
  exchange: Exchange,
  { service, access }: { service: string; access: 'credentials' | 'optional' },
): Identity | Promise<Identity> => {
  const { path, request } = exchange
  const { method, headers, client } = request
  const hasAuthorization = headers.has('authorization')
  if (hasAuthorization && access === 'credentials') return authenticate(dependencies, headers, client)
  const asked: SessionRequest = {
    ...{ method, path, service, headers },
    onKnown: (caller) => (exchange.caller = caller),
  }
  if (access === 'optional' && isForeignChange(asked)) throw new CrossSiteError()
  if (hasAuthorization) return authenticate(dependencies, headers, client)
  const token = sessionTokenOf(headers)
  if (access === 'credentials') {
    return token === undefined
      ? authenticate(dependencies, headers, client)
      : identifySession(dependencies.sessions, asked, token)
  }
  if (token === undefined || !mayUseSession(asked)) return NOBODY_IDENTITY
  return identifySession(dependencies.sessions, asked, token).catch((error: unknown) => {
    if (error instanceof UnauthenticatedError) return NOBODY_IDENTITY
    throw error
  })
}

/** Services say for whom they call; one that says nothing calls for itself. */
const trustedCaller = (headers: Pick<HeaderList, 'get'>): Caller => ({
  role: headers.get(CALLER_HEADER) === 'app' ? 'app' : 'root',
  appId: headers.get(APP_HEADER) || undefined,
  userId: headers.get(USER_HEADER) || undefined,
  keyId: headers.get(KEY_HEADER) || undefined,
})
