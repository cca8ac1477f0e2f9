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

/**
 * Who sends these headers. The root key may name the app it acts for (X-Consumer-Username); an app's `key:secret` is that app and nothing
 * else. Throws UnauthenticatedError, and what the credential check throws.
 */
export const authenticate = async (
  dependencies: AuthenticateDependencies,
  headers: Pick<HeaderList, 'get'>,
): Promise<Caller> => {
  const token = bearerToken(headers)
  if (token === undefined) throw new UnauthenticatedError('The request has no bearer token.')
  // Digests have one length, so the comparison tells nothing about the key's.
  if (timingSafeEqual(digestOf(token), dependencies.rootKeyDigest)) {
    return { role: 'root', appId: headers.get(APP_HEADER) || undefined }
  }
  const colon = token.indexOf(':')
  if (colon <= 0 || colon === token.length - 1) throw new UnauthenticatedError('The bearer token is not valid.')
  const appId = await dependencies.credentials.appOf(token.slice(0, colon), token.slice(colon + 1))
  if (appId === undefined) throw new UnauthenticatedError('The key or its secret is not valid.')
  return { role: 'app', appId }
}

const bearerToken = (headers: Pick<HeaderList, 'get'>): string | undefined =>
  /^bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '')?.[1]
