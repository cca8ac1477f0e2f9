import type { ClientCredentialsSettings, SignInSettings } from '#shared/mcp/oauth/oauth-settings.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { McpServerRow } from '../../tables.ts'

/** How tokens are had, as it is configured. Where the browser comes back to is only known when a sign-in begins. */
export type ConfiguredAuthorization = Omit<SignInSettings, 'redirectUrl'> | ClientCredentialsSettings

/** What of a server's configuration is secret, or may be. */
export interface ServerSecrets {
  headers: Record<string, string>
  environment: Record<string, string>
  authorization?: ConfiguredAuthorization
}

export const NO_SECRETS: ServerSecrets = { headers: {}, environment: {} }

export const sealSecrets = (box: SecretBox, secrets: ServerSecrets): string => box.encrypt(JSON.stringify(secrets))

export const openSecrets = (box: SecretBox, row: Pick<McpServerRow, 'sealed'>): ServerSecrets =>
  row.sealed === null ? NO_SECRETS : (JSON.parse(box.decrypt(row.sealed)) as ServerSecrets)
