import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { CredentialUnreadableError } from '../errors.ts'
import type { ToolCredentialRow } from '../tables.ts'
import { readSecret, type Secret } from './secret.ts'

/** The values of a credential. @throws CredentialUnreadableError */
export const openSecret = (secrets: SecretBox, credential: ToolCredentialRow): Secret => {
  try {
    return readSecret(credential.sealed, (sealed) => secrets.decrypt(sealed))
  } catch (error) {
    throw new CredentialUnreadableError(credential.name, error)
  }
}
