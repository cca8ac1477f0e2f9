import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { AppRepository } from '../apps/app-repository.ts'
import { AppNotFoundError, KeyMalformedError, KeyTakenError } from '../errors.ts'
import { generateApiKey, generateApiSecret } from './generate-credentials.ts'
import type { KeyRepository } from './key-repository.ts'
import { fingerprintCredentials } from './verify-credentials.ts'

/** What a client sends as `Authorization: Bearer <apiKey>:<apiSecret>`. */
export interface Credentials {
  apiKey: string
  apiSecret: string
}

/** The gateway splits at the first colon, and a header carries visible ASCII. */
const KEY_PATTERN = /^[!-9;-~]{1,128}$/
const SECRET_PATTERN = /^[!-~]{1,128}$/

/**
 * Gives an app one more key. What the caller leaves out is generated. The returned secret is shown by our own API this once.
 * @throws AppNotFoundError, KeyTakenError when any app holds this key, KeyMalformedError
 */
export const addKey = async (
  dependencies: { apps: AppRepository; keys: KeyRepository; secrets: SecretBox },
  input: { appId: string; apiKey?: string | undefined; apiSecret?: string | undefined },
): Promise<Credentials> => {
  const { appId } = input
  if (!(await dependencies.apps.find(appId))) throw new AppNotFoundError(appId)
  const credentials = {
    apiKey: input.apiKey || generateApiKey(),
    apiSecret: input.apiSecret || generateApiSecret(),
  }
  if (!KEY_PATTERN.test(credentials.apiKey)) throw new KeyMalformedError('api_key')
  if (!SECRET_PATTERN.test(credentials.apiSecret)) throw new KeyMalformedError('api_secret')
  const stored = await dependencies.keys.insert({
    appId,
    apiKey: credentials.apiKey,
    secretFingerprint: fingerprintCredentials(dependencies.secrets, credentials),
    secretEncrypted: dependencies.secrets.encrypt(credentials.apiSecret),
  })
  if (!stored) throw new KeyTakenError(credentials.apiKey)
  return credentials
}
