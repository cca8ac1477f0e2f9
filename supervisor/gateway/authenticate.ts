import { timingSafeEqual } from 'node:crypto'
import { APP_HEADER, type Caller } from '#shared/http/caller.ts'
import type { CredentialCache } from './credential-cache.ts'
import { UnauthenticatedError } from './errors.ts'
import type { HeaderList } from './wire/header-list.ts'

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
}

/**
 * Who sends these headers. The root key may name the app it acts for (X-Consumer-Username); an app's `key:secret` is that app and nothing
 * else. Answers at once where nobody has to be asked. Throws UnauthenticatedError, and what the credential check throws.
 */
export const authenticate = (
  dependencies: AuthenticateDependencies,
  headers: Pick<HeaderList, 'get'>,
  remembered: RememberedCaller,
): Caller | Promise<Caller> => {
  const authorization = headers.get('authorization')
  if (authorization !== null && authorization === remembered.rootAuthorization) return rootCaller(headers)
  const token = bearerToken(authorization)
  if (token === undefined) throw new UnauthenticatedError('The request has no bearer token.')
  // Digests have one length, so the comparison tells nothing about the key's.
  if (timingSafeEqual(digestOf(token), dependencies.rootKeyDigest)) {
    remembered.rootAuthorization = authorization ?? undefined
    return rootCaller(headers)
  }
  return appCaller(dependencies, token)
}

const rootCaller = (headers: Pick<HeaderList, 'get'>): Caller => ({
  role: 'root',
  appId: headers.get(APP_HEADER) || undefined,
})

const appCaller = async ({ credentials }: AuthenticateDependencies, token: string): Promise<Caller> => {
  const colon = token.indexOf(':')
  if (colon <= 0 || colon === token.length - 1) throw new UnauthenticatedError('The bearer token is not valid.')
  const keyId = token.slice(0, colon)
  const appId = await credentials.appOf(keyId, token.slice(colon + 1))
  if (appId === undefined) throw new UnauthenticatedError('The key or its secret is not valid.')
  return { role: 'app', appId, keyId }
}

const bearerToken = (authorization: string | null): string | undefined =>
  /^bearer +(\S+)$/i.exec(authorization?.trim() ?? '')?.[1]
