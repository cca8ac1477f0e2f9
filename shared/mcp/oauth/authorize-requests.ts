import { auth } from '@modelcontextprotocol/sdk/client/auth.js'
import { AppError } from '#shared/errors/app-error.ts'
import { McpAuthorizationError, McpSignInRequiredError } from '../errors.ts'
import type { ServerFetch } from '../server-fetch.ts'
import { reasonOf } from '../session-errors.ts'
import { type Challenge, readChallenge, scopeToAsk } from './challenge.ts'
import { createOAuthRun } from './create-oauth-provider.ts'
import type { OAuthSettings } from './oauth-settings.ts'
import type { OAuthRecord, OAuthStore } from './oauth-store.ts'

/** Tokens that are fetched for one request: one that is taken, and one that may do more. */
const AUTHORIZATIONS_MAX = 2
/** Different rights that are asked for in one session. */
const VAIN_MAX = 32
/** A token that is about to end is renewed before, milliseconds. */
const RENEWAL_MS = 30_000

export interface AuthorizeOptions {
  /** How messages name the server. */
  name: string
  serverUrl: string
  settings: OAuthSettings
  store: OAuthStore
  send: ServerFetch
  now?: () => number
  /** Has a person sign in there and then, and resolves with the code. Without it such a need is an error. */
  signIn?(authorizationUrl: URL): Promise<string>
}

/**
 * A `fetch` that carries the server's token, and fetches, refreshes or widens it when the server asks for that (MCP 2025-11-25, "Authorization"). Throws
 * McpSignInRequiredError when only a person can do it, McpAuthorizationError when it fails.
 */
export const authorizeRequests = (options: AuthorizeOptions): ServerFetch => {
  const { store, send, settings, name, signIn } = options
  const now = options.now ?? Date.now
  /** Rights that were asked for in vain. */
  const vain = new Set<string>()

  const obtain = (challenge: Challenge, usedToken: string | undefined): Promise<OAuthRecord> =>
    store.exclusively(async () => {
      const record = await store.load()
      // Somebody else fetched a new one while this request was under way.
      if (record.tokens && record.tokens.access_token !== usedToken) return record
      const widens = challenge.wants === 'scope'
      const scope = scopeToAsk(challenge, record.tokens?.scope)
      if (settings.grant === 'authorization_code' && !signIn && (widens || !record.tokens?.refresh_token)) {
        if (widens && scope !== undefined) await store.save({ ...record, wantedScope: scope })
        throw new McpSignInRequiredError(name, { scope })
      }
      await fetchTokens({ ...options, now, record, challenge: { ...challenge, scope } })
      return store.load()
    })

  const current = async (): Promise<OAuthRecord> => {
    const record = await store.load()
    const isRenewable = record.tokens?.refresh_token !== undefined || settings.grant !== 'authorization_code'
    if (!isRenewable || !isEnding(record, now())) return record
    return obtain({ wants: 'token', scope: undefined, resourceMetadataUrl: undefined }, record.tokens?.access_token)
  }
  /** What to do about a response, if anything. */
  const newChallenge = (response: Response): Challenge | undefined => {
    const challenge = readChallenge(response)
    if (challenge?.wants !== 'scope') return challenge
    if (vain.has(challenge.scope ?? '') || vain.size >= VAIN_MAX) return undefined
    vain.add(challenge.scope ?? '')
    return challenge
  }

  return async (url, init = {}) => {
    let record = await current()
    for (let attempt = 0; ; attempt += 1) {
      const token = record.tokens?.access_token
      const response = await send(url, withToken(init, token))
      const challenge = attempt < AUTHORIZATIONS_MAX ? newChallenge(response) : undefined
      if (!challenge) return response
      await response.body?.cancel()
      record = await obtain(challenge, token)
    }
  }
}

const fetchTokens = async (
  options: AuthorizeOptions & { now: () => number; record: OAuthRecord; challenge: Challenge },
): Promise<void> => {
  const { challenge, name, signIn } = options
  const run = createOAuthRun({ ...options, ignoresRefreshToken: challenge.wants === 'scope' })
  const request = {
    serverUrl: options.serverUrl,
    fetchFn: options.send,
    ...(challenge.scope !== undefined && { scope: challenge.scope }),
    ...(challenge.resourceMetadataUrl && { resourceMetadataUrl: challenge.resourceMetadataUrl }),
  }
  try {
    if ((await auth(run.provider, request)) === 'AUTHORIZED') return
    const url = run.authorizationUrl()
    if (!url || !signIn) throw new McpSignInRequiredError(name, { scope: challenge.scope })
    await auth(run.provider, { ...request, authorizationCode: await signIn(url) })
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new McpAuthorizationError(name, reasonOf(error), { cause: error })
  }
}

const isEnding = ({ tokens, obtainedAt }: OAuthRecord, now: number): boolean =>
  tokens?.expires_in !== undefined &&
  obtainedAt !== undefined &&
  obtainedAt + tokens.expires_in * 1000 - RENEWAL_MS < now

const withToken = (init: RequestInit, token: string | undefined): RequestInit => {
  const headers = new Headers(init.headers)
  // What the server's owner wrote down as its credentials stands.
  if (token !== undefined && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
  return { ...init, headers }
}
