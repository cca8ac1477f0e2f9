import { readFileSync } from 'node:fs'
import type { Configuration } from 'openid-client'
import type { Settings } from '#shared/config/settings.ts'
import { OidcFailedError, OidcUnreachableError } from '../people-errors.ts'

/** Who somebody is at the identity provider. */
export interface OidcIdentity {
  issuer: string
  subject: string
  /** As the provider names it; empty when it names none. */
  email: string
  /** The provider says that the address is theirs. */
  emailVerified: boolean
  name: string
}

/** What ties the answer of the provider to the browser that began: kept there, sealed, until it comes back. */
export interface OidcSecrets {
  state: string
  nonce: string
  codeVerifier: string
}

/** Sign-in by an OpenID provider: code flow with PKCE, state and nonce; the signature of the ID token is checked (OpenID Connect Core 1.0, section 3.1). */
export interface OidcProvider {
  /** As the sign-in page shows it. */
  name: string
  /** E-mail domains whose people come in, in lower case; empty for all. */
  domains: readonly string[]
  /** Whether an account is made for somebody who has none. */
  createsAccounts: boolean
  /** The address to send the browser to. @throws OidcUnreachableError */
  begin(redirectUri: string): Promise<{ url: string; secrets: OidcSecrets }>
  /** @param answer the redirect URI with the query that the browser came back with. @throws OidcFailedError, OidcUnreachableError */
  finish(answer: URL, secrets: OidcSecrets): Promise<OidcIdentity>
}

type OidcSettings = Pick<
  Settings,
  | 'ORRERY_OIDC_ISSUER'
  | 'ORRERY_OIDC_CLIENT_ID'
  | 'ORRERY_OIDC_CLIENT_SECRET'
  | 'ORRERY_OIDC_CLIENT_SECRET_FILE'
  | 'ORRERY_OIDC_NAME'
  | 'ORRERY_OIDC_DOMAINS'
  | 'ORRERY_OIDC_CREATE'
>

const SCOPE = 'openid email profile'
/** Of one call to the provider. */
const CALL_SECONDS_MAX = 10

/** Undefined when no provider is set. What it publishes is asked for at the first sign-in, and again after a failure. */
export const createOidcProvider = (settings: OidcSettings): OidcProvider | undefined => {
  const issuer = settings.ORRERY_OIDC_ISSUER
  if (issuer === undefined) return undefined
  let known: Promise<Configuration> | undefined

  const configuration = async (): Promise<Configuration> => {
    known ??= discover(issuer, settings)
    try {
      return await known
    } catch (error) {
      known = undefined
      throw new OidcUnreachableError(error)
    }
  }

  return {
    name: settings.ORRERY_OIDC_NAME,
    domains: settings.ORRERY_OIDC_DOMAINS.split(',')
      .map((domain) => domain.trim().toLowerCase())
      .filter(Boolean),
    createsAccounts: settings.ORRERY_OIDC_CREATE === 'always',

    async begin(redirectUri) {
      const client = await import('openid-client')
      const config = await configuration()
      const secrets = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: SCOPE,
        state: secrets.state,
        nonce: secrets.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(secrets.codeVerifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, secrets }
    },

    async finish(answer, secrets) {
      const client = await import('openid-client')
      const config = await configuration()
      try {
        const tokens = await client.authorizationCodeGrant(config, answer, {
          expectedState: secrets.state,
          expectedNonce: secrets.nonce,
          pkceCodeVerifier: secrets.codeVerifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) throw new Error('The provider gave no ID token.')
        const facts = claims.email
          ? claims
          : { ...claims, ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)) }
        return toIdentity(claims.iss, facts)
      } catch (error) {
        throw new OidcFailedError(error)
      }
    },
  }
}

const discover = async (issuer: string, settings: OidcSettings): Promise<Configuration> => {
  const { allowInsecureRequests, discovery, enableNonRepudiationChecks } = await import('openid-client')
  const path = settings.ORRERY_OIDC_CLIENT_SECRET_FILE
  const secret = path === undefined ? settings.ORRERY_OIDC_CLIENT_SECRET : readFileSync(path, 'utf8').trim()
  // The settings allow plain HTTP on this machine alone.
  const isPlain = issuer.startsWith('http://')
  return discovery(new URL(issuer), settings.ORRERY_OIDC_CLIENT_ID, secret, undefined, {
    execute: isPlain ? [enableNonRepudiationChecks, allowInsecureRequests] : [enableNonRepudiationChecks],
    timeout: CALL_SECONDS_MAX,
  })
}

const toIdentity = (issuer: string, facts: { sub: string; [claim: string]: unknown }): OidcIdentity => {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    issuer,
    subject: facts.sub,
    email: text(facts.email).trim().toLowerCase(),
    emailVerified: facts.email_verified === true,
    name: text(facts.name) || text(facts.preferred_username) || (text(facts.email).split('@')[0] ?? ''),
  }
}
