import { timingSafeEqual } from 'node:crypto'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { ApiKeyRow } from '../tables.ts'
import type { Credentials } from './add-key.ts'
import type { KeyRepository } from './key-repository.ts'

/** The key is part of it, so that two apps with the same secret cannot be told from their rows. */
export const fingerprintCredentials = (secrets: SecretBox, credentials: Credentials): string =>
  secrets.fingerprint(`${credentials.apiKey}:${credentials.apiSecret}`)

/**
 * The key of these credentials, or undefined when it is unknown, revoked or expired, the secret is another one, or the app is deleted or
 * disabled. Does the same work for an unknown key as for a wrong secret, so that time does not tell which keys exist.
 */
export const verifyCredentials = async (
  dependencies: { keys: KeyRepository; secrets: SecretBox },
  credentials: Credentials,
): Promise<ApiKeyRow | undefined> => {
  const given = fingerprintCredentials(dependencies.secrets, credentials)
  const row = await dependencies.keys.findUsable(credentials.apiKey)
  const expected = row?.secretFingerprint ?? dependencies.secrets.fingerprint('')
  const same = timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(expected, 'hex'))
  return same ? row : undefined
}
