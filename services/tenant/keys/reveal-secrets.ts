import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { SecretUnreadableError } from '../errors.ts'
import type { ApiKeyRow } from '../tables.ts'
import type { Credentials } from './add-key.ts'

/** Decrypts what the wire's administrators may list. @throws SecretUnreadableError when another instance key stored it. */
export const revealSecrets = (secrets: SecretBox, rows: ApiKeyRow[]): Credentials[] =>
  rows.map((row) => {
    try {
      return { apiKey: row.apiKey, apiSecret: secrets.decrypt(row.secretEncrypted) }
    } catch (error) {
      throw new SecretUnreadableError(row.appId, error)
    }
  })
