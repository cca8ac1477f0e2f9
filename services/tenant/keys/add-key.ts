import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { AppRepository } from '../apps/app-repository.ts'
import { AppNotFoundError, ExpiryPastError, KeyMalformedError, KeyTakenError } from '../errors.ts'
import { generateApiKey, generateApiSecret } from './generate-credentials.ts'
import type { KeyRepository } from './key-repository.ts'
import { assertScopes } from './scope-policy.ts'
import { fingerprintCredentials } from './verify-credentials.ts'

/** What a client sends as `Authorization: Bearer <apiKey>:<apiSecret>`. */
export interface Credentials {
  apiKey: string
  apiSecret: string
}

/** The gateway splits at the first colon, and a header carries visible ASCII. */
const KEY_PATTERN = /^[!-9;-~]{1,128}$/
const SECRET_PATTERN = /^[!-~]{1,128}$/

/** What a key is made with. */
export interface KeyTerms {
  /** Names of presets and actions. Left out: everything that keys may do. */
  scopes?: string[] | undefined
  /** Null and left out: never. */
  expiresAt?: Date | null | undefined
  note?: string | undefined
}

/**
 * Gives an app one more key. What the caller leaves out is generated. The returned secret is shown by our own API this once.
 * @throws AppNotFoundError, KeyTakenError when any app holds this key, KeyMalformedError, ScopeUnknownError, ScopeRefusedError, ExpiryPastError
 */
export const addKey = async (
  dependencies: { apps: AppRepository; keys: KeyRepository; secrets: SecretBox },
  input: { appId: string; apiKey?: string | undefined; apiSecret?: string | undefined; terms?: KeyTerms },
): Promise<Credentials> => {
  const { appId, terms = {} } = input
  if (!(await dependencies.apps.find(appId))) throw new AppNotFoundError(appId)
  const credentials = {
    apiKey: input.apiKey || generateApiKey(),
    apiSecret: input.apiSecret || generateApiSecret(),
  }
  if (!KEY_PATTERN.test(credentials.apiKey)) throw new KeyMalformedError('api_key')
  if (!SECRET_PATTERN.test(credentials.apiSecret)) throw new KeyMalformedError('api_secret')
  assertTerms(terms)
  const stored = await dependencies.keys.insert({
    ...{ appId, scopes: terms.scopes ?? ['full'], note: terms.note ?? '', expiresAt: terms.expiresAt ?? null },
    apiKey: credentials.apiKey,
    secretFingerprint: fingerprintCredentials(dependencies.secrets, credentials),
    secretEncrypted: dependencies.secrets.encrypt(credentials.apiSecret),
  })
  if (!stored) throw new KeyTakenError(credentials.apiKey)
  return credentials
}

/** @throws ScopeUnknownError, ScopeRefusedError, ExpiryPastError */
export const assertTerms = ({ scopes, expiresAt }: KeyTerms, now = Date.now()): void => {
  if (scopes) assertScopes(scopes)
  if (expiresAt && expiresAt.getTime() <= now) throw new ExpiryPastError()
}
