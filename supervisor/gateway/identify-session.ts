import { APP_HEADER, type Caller } from '#shared/http/caller.ts'
import { AppForeignError, AppUnnamedError, CrossSiteError, UnauthenticatedError } from './errors.ts'
import type { Identity } from './identity.ts'
import { mayUseSession } from './same-origin-policy.ts'
import type { SessionCache } from './session-cache.ts'

export interface SessionRequest {
  method: string
  /** Normalised, without its query. */
  path: string
  service: string
  headers: { get(name: string): string | null }
  /** Called once it is known who is signed in, also when they may not do what they ask for. */
  onKnown?(caller: Caller): void
}

/**
 * Who is signed in by a session token, and what that allows. An administrator acts as root, for the app that X-Consumer-Username names if it does. A
 * member acts as the app that it names, when it is in a space of theirs, and may do what their role there includes; where people manage
 * themselves, as no app. Throws CrossSiteError, UnauthenticatedError, AppUnnamedError, AppForeignError, and what the session check throws.
 */
export const identifySession = async (
  sessions: SessionCache,
  request: SessionRequest,
  token: string,
): Promise<Identity> => {
  if (!mayUseSession(request)) throw new CrossSiteError()
  const appId = isAboutPeople(request) ? undefined : request.headers.get(APP_HEADER) || undefined
  const facts = await sessions.factsOf(token, appId)
  if (!facts) throw new UnauthenticatedError('The session is over.')
  const { userId, administrator, actions } = facts
  const again = () => identifySession(sessions, request, token)
  request.onKnown?.({ role: 'app', appId: undefined, userId })
  if (administrator) return { caller: { role: 'root', appId, userId }, actions: undefined, key: undefined, again }
  if (appId === undefined) {
    // The tenant service knows for itself what its people may do.
    if (request.service !== 'tenant') throw new AppUnnamedError()
    return { caller: { role: 'app', appId, userId }, actions: undefined, key: undefined, again }
  }
  if (actions.size === 0) throw new AppForeignError(appId)
  return { caller: { role: 'app', appId, userId }, actions, key: undefined, again }
}

/** There no app is acted for: not even one that is named. */
const isAboutPeople = ({ service, path }: SessionRequest): boolean =>
  service === 'tenant' && !path.startsWith('/api/apps') && !path.startsWith('/v2/app')
