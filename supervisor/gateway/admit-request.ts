import { APP_HEADER, CALLER_HEADER, type Caller, KEY_HEADER, USER_HEADER } from '#shared/http/caller.ts'
import { type AuthenticateDependencies, authenticate } from './authenticate.ts'
import { PathElsewhereError, RouteUnknownError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import type { HeaderList } from './wire/header-list.ts'

/** Someone without credentials, on a page that needs none. */
const NOBODY: Caller = { role: 'app', appId: undefined }

export interface Admission {
  service: string
  caller: Caller
}

/**
 * The service that a request may go to, and for whom; at once where nobody has to be asked. Undefined for the supervisor's own pages. Throws
 * when it may go nowhere.
 */
export const admitRequest = (
  dependencies: AuthenticateDependencies & { workers: { services(): string[] } },
  { door, owner, path, request }: Exchange,
): Admission | undefined | Promise<Admission> => {
  if (door.kind === 'service' && (owner.kind !== 'service' || owner.service !== door.service)) {
    throw new PathElsewhereError(path, door.service)
  }
  if (owner.kind === 'nobody') throw new RouteUnknownError(path)
  if (owner.kind === 'supervisor') return undefined
  const { service, access } = owner
  if (door.kind === 'internal') {
    const known = dependencies.workers.services()
    if (known.length > 0 && !known.includes(service)) throw new RouteUnknownError(path)
    return { service, caller: trustedCaller(request.headers) }
  }
  if (access === 'internal') throw new RouteUnknownError(path)
  if (access === 'open') return { service, caller: NOBODY }
  const caller = authenticate(dependencies, request.headers, request.client)
  return caller instanceof Promise ? caller.then((found) => ({ service, caller: found })) : { service, caller }
}

/** Services say for whom they call; one that says nothing calls for itself. */
const trustedCaller = (headers: Pick<HeaderList, 'get'>): Caller => ({
  role: headers.get(CALLER_HEADER) === 'app' ? 'app' : 'root',
  appId: headers.get(APP_HEADER) || undefined,
  userId: headers.get(USER_HEADER) || undefined,
  keyId: headers.get(KEY_HEADER) || undefined,
})
