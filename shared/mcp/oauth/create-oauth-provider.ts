import type { OAuthClientProvider, OAuthDiscoveryState } from '@modelcontextprotocol/sdk/client/auth.js'
import { createPrivateKeyJwtAuth } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js'
import type { ServerFetch } from '../server-fetch.ts'
import { exchangeIdentity } from './exchange-identity.ts'
import type { OAuthSettings } from './oauth-settings.ts'
import type { OAuthRecord, OAuthStore } from './oauth-store.ts'

const CLIENT_NAME = 'Orrery'
const OFFLINE_SCOPE = 'offline_access'

/** One run of the library's `auth`, and what it left behind. */
export interface OAuthRun {
  provider: OAuthClientProvider
  /** Where the browser is to be sent, once the library knows. */
  authorizationUrl(): URL | undefined
  codeVerifier(): string | undefined
  /** The authorization server as its metadata names it. */
  issuer(): string | undefined
}

export interface OAuthRunOptions {
  settings: OAuthSettings
  store: OAuthStore
  /** As it was loaded when the run began. */
  record: OAuthRecord
  send: ServerFetch
  now(): number
  /** Binds the answer of the browser to this run. */
  state?: string
  /** From the run that began the sign-in. */
  codeVerifier?: string
  /** Ask for new rights although the tokens could be refreshed. */
  ignoresRefreshToken?: boolean
}

/** What the MCP library asks of us while it fetches tokens. */
export const createOAuthRun = (options: OAuthRunOptions): OAuthRun => {
  const { settings, store, now, state } = options
  let record = options.record
  let discovery: OAuthDiscoveryState | undefined
  let authorizationUrl: URL | undefined
  let { codeVerifier } = options

  const save = async (change: Partial<OAuthRecord>): Promise<void> => {
    record = { ...record, ...change }
    await store.save(record)
  }
  const saveTokens = async (tokens: OAuthTokens): Promise<void> => {
    const { wantedScope: _, ...rest } = record
    record = { ...rest, tokens, obtainedAt: now() }
    await store.save(record)
  }
  const configured = configuredClient(settings, record)
  const metadata = clientMetadata(settings)
  const clientMetadataUrl = settings.grant === 'authorization_code' ? settings.clientMetadataUrl : undefined
  const provider: OAuthClientProvider = {
    redirectUrl: settings.grant === 'authorization_code' ? settings.redirectUrl : undefined,
    clientMetadata: metadata,
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    ...(state !== undefined && { state: () => state }),
    clientInformation: () => configured ?? record.client,
    // Credentials that belong to one authorization server are never replaced by others from another.
    ...(configured?.issuer === undefined && { saveClientInformation: (client) => save({ client }) }),
    tokens: () => {
      if (!record.tokens || !options.ignoresRefreshToken) return record.tokens
      const { refresh_token: _, ...rest } = record.tokens
      return rest
    },
    saveTokens: (tokens) =>
      // A server that does not give a new refresh token goes on taking the old one (RFC 6749, section 6).
      saveTokens({ ...keptRefreshToken(record), ...tokens }),
    saveCodeVerifier(verifier) {
      codeVerifier = verifier
    },
    codeVerifier() {
      if (codeVerifier === undefined) throw new Error('no sign-in was begun')
      return codeVerifier
    },
    redirectToAuthorization(url) {
      authorizationUrl = withOfflineAccess(url, discovery)
    },
    saveDiscoveryState(found) {
      discovery = found
    },
    async invalidateCredentials(what) {
      const { client, tokens: _, obtainedAt: __ } = record
      const keepsClient = client !== undefined && (what === 'tokens' || what === 'discovery' || what === 'verifier')
      record = keepsClient ? { client } : {}
      await store.save(record)
    },
    ...(settings.grant === 'client_credentials' && {
      prepareTokenRequest: (scope?: string) => tokenRequest({ grant_type: 'client_credentials' }, scope),
    }),
    ...(settings.grant === 'client_credentials' &&
      settings.privateKey !== undefined && {
        addClientAuthentication: createPrivateKeyJwtAuth({
          issuer: settings.clientId,
          subject: settings.clientId,
          privateKey: settings.privateKey,
          alg: settings.algorithm ?? 'ES256',
        }),
      }),
    ...(settings.grant === 'cross_app' && {
      async prepareTokenRequest(scope?: string) {
        const assertion = await exchangeIdentity({ settings, discovery, scope, send: options.send })
        return tokenRequest({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }, scope)
      },
    }),
  }
  return {
    provider,
    authorizationUrl: () => authorizationUrl,
    codeVerifier: () => codeVerifier,
    issuer: () => discovery?.authorizationServerMetadata?.issuer,
  }
}

/** Credentials that were given to us, bound to the authorization server that took them first. */
const configuredClient = (
  settings: OAuthSettings,
  { client }: OAuthRecord,
): (OAuthClientInformationMixed & { issuer?: string | undefined }) | undefined => {
  if (settings.clientId === undefined) return undefined
  const issuer = client?.client_id === settings.clientId ? client.issuer : undefined
  return {
    client_id: settings.clientId,
    ...('clientSecret' in settings && settings.clientSecret !== undefined && { client_secret: settings.clientSecret }),
    ...(issuer !== undefined && { issuer }),
  }
}

const clientMetadata = (settings: OAuthSettings): OAuthClientMetadata => ({
  client_name: CLIENT_NAME,
  redirect_uris: settings.grant === 'authorization_code' ? [settings.redirectUrl] : [],
  grant_types: settings.grant === 'authorization_code' ? ['authorization_code', 'refresh_token'] : [],
  response_types: settings.grant === 'authorization_code' ? ['code'] : [],
  ...(settings.scope !== undefined && { scope: settings.scope }),
})

const keptRefreshToken = ({ tokens }: OAuthRecord) =>
  tokens?.refresh_token === undefined ? {} : { refresh_token: tokens.refresh_token }

const tokenRequest = (parameters: Record<string, string>, scope: string | undefined): URLSearchParams =>
  new URLSearchParams({ ...parameters, ...(scope && { scope }) })

/** Asks for a refresh token where the server gives one only when asked, and only there (SEP-2207). */
const withOfflineAccess = (url: URL, discovery: OAuthDiscoveryState | undefined): URL => {
  const scopes = url.searchParams.get('scope')?.split(' ') ?? []
  const isKnown = discovery?.authorizationServerMetadata?.scopes_supported?.includes(OFFLINE_SCOPE)
  // Without any scope the server chooses them, and would take ours for all that we want.
  if (!isKnown || scopes.length === 0 || scopes.includes(OFFLINE_SCOPE)) return url
  const wider = new URL(url)
  wider.searchParams.set('scope', [...scopes, OFFLINE_SCOPE].join(' '))
  // OpenID Connect Core, section 11: without it the server ignores the scope.
  wider.searchParams.set('prompt', 'consent')
  return wider
}
