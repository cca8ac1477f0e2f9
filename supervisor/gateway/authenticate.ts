import { timingSafeEqual } from 'node:crypto'
import { APP_HEADER } from '#shared/http/caller.ts'
import type { HeaderList } from '#shared/http1/header-list.ts'
import type { CredentialCache } from './credential-cache.ts'
import { UnauthenticatedError } from './errors.ts'
import { type Identity, ROOT_IDENTITY } from './identity.ts'
import type { KnownKey } from './known-key.ts'

export interface AuthenticateDependencies {
  /** SHA-256 of the root key. */
  rootKeyDigest: Buffer
  credentials: CredentialCache
}

export const digestOf = (text: string): Buffer => new Bun.CryptoHasher('sha256').update(text).digest()

/** What a connection was found to be; only its own later requests are compared with it. */
export interface RememberedCaller {
  /** The Authorization header that held the root key. */
  rootAuthorization: string | undefined
  /** The one that held an app's credentials, and the key that they were. */
  keyAuthorization: string | undefined
  key: KnownKey | undefined
}

/**
 * Who sends these headers. The root key may name the app it acts for (X-Consumer-Username); an app's `key:secret` is that app and nothing
 * else. Answers at once where nobody has to be asked. Throws UnauthenticatedError, and what the credential check throws.
 */
export const authenticate = (
  dependencies: AuthenticateDependencies,
  headers: Pick<HeaderList, 'get'>,
  remembered: RememberedCaller,
): Identity | Promise<Identity> => {
  const authorization = headers.get('authorization')
  if (authorization !== null && authorization === remembered.rootAuthorization) return rootIdentity(headers)
  const { key } = remembered
  if (key && authorization === remembered.keyAuthorization && dependencies.credentials.isFresh(key)) return key
  const token = bearerToken(authorization)
  if (token === undefined) throw new UnauthenticatedError('The request has no bearer token.')
  // Digests have one length, so the comparison tells nothing about the key's.
  if (timingSafeEqual(digestOf(token), dependencies.rootKeyDigest)) {
    remembered.rootAuthorization = authorization ?? undefined
    return rootIdentity(headers)
  }
  const found = keyOf(dependencies, token)
  const remember = (known: KnownKey | undefined): KnownKey => {
    if (!known) throw new UnauthenticatedError('The key or its secret is not valid.')
    remembered.keyAuthorization = authorization ?? undefined
    remembered.key = known
    return known
  }
  return found instanceof Promise ? found.then(remember) : remember(found)
}

const rootIdentity = (headers: Pick<HeaderList, 'get'>): Identity => {
  const appId = headers.get(APP_HEADER)
  return appId ? { ...ROOT_IDENTITY, caller: { role: 'root', appId } } : ROOT_IDENTITY
}

const keyOf = ({ credentials }: AuthenticateDependencies, token: string) => {
  const colon = token.indexOf(':')
  if (colon <= 0 || colon === token.length - 1) throw new UnauthenticatedError('The bearer token is not valid.')
  return credentials.keyOf(token.slice(0, colon), token.slice(colon + 1))
}

const bearerToken = (authorization: string | null): string | undefined =>
  /^bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1]
