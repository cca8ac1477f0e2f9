import { auth } from '@modelcontextprotocol/sdk/client/auth.js'
import { AppError } from '#shared/errors/app-error.ts'
import { McpAuthorizationError } from '../errors.ts'
import type { ServerFetch } from '../server-fetch.ts'
import { reasonOf } from '../session-errors.ts'
import { type Challenge, readChallenge } from './challenge.ts'
import { createOAuthRun } from './create-oauth-provider.ts'
import type { SignInSettings } from './oauth-settings.ts'
import type { OAuthRecord, OAuthStore } from './oauth-store.ts'

/** What has to be kept while a person signs in. The verifier is secret. */
export interface PendingSignIn {
  state: string
  codeVerifier: string
  redirectUrl: string
  scope?: string
  resourceMetadataUrl?: string
  /** The authorization server as its metadata names it. */
  issuer?: string
}

interface SignInOptions {
  /** How messages name the server. */
  name: string
  serverUrl: string
  settings: SignInSettings
  store: OAuthStore
  send: ServerFetch
  /** Headers that the server wants besides a token. */
  headers: Readonly<Record<string, string>>
}

/** Finds the server's authorization server, registers with it if need be, and makes the address at which a person signs in. Throws McpAuthorizationError. */
export const beginSignIn = (
  options: SignInOptions & { state: string },
): Promise<{ authorizationUrl: URL; pending: PendingSignIn }> =>
  asAuthorization(options.name, async () => {
    const { state, settings, store } = options
    const challenge = await askForChallenge(options)
    const resourceMetadataUrl = challenge?.resourceMetadataUrl
    return store.exclusively(async () => {
      const record = await registeredFor(settings.redirectUrl, store)
      // What a call lacked before; else what the server says that it wants at least.
      const scope = record.wantedScope ?? challenge?.scope ?? settings.scope
      const run = createOAuthRun({
        ...options,
        record,
        now: Date.now,
        state,
        ignoresRefreshToken: true,
      })
      await auth(run.provider, toRequest(options, { scope, resourceMetadataUrl: resourceMetadataUrl?.href }))
      const authorizationUrl = run.authorizationUrl()
      const codeVerifier = run.codeVerifier()
      const issuer = run.issuer()
      if (!authorizationUrl || codeVerifier === undefined) throw new Error('the server asks for no sign-in')
      const pending: PendingSignIn = {
        state,
        codeVerifier,
        redirectUrl: settings.redirectUrl,
        ...(scope !== undefined && { scope }),
        ...(resourceMetadataUrl && { resourceMetadataUrl: resourceMetadataUrl.href }),
        ...(issuer !== undefined && { issuer }),
      }
      return { authorizationUrl, pending }
    })
  })

/**
 * Exchanges the code that the browser brought back for tokens, and stores them. Throws McpAuthorizationError.
 * @param answer.issuer the `iss` that came with the code; another server's code is not taken to this one (RFC 9207)
 */
export const finishSignIn = (
  options: SignInOptions & { pending: PendingSignIn; answer: { code: string; issuer?: string | undefined } },
): Promise<void> =>
  asAuthorization(options.name, async () => {
    const { pending, answer, store } = options
    if (answer.issuer !== undefined && pending.issuer !== undefined && answer.issuer !== pending.issuer)
      throw new Error('the answer came from another authorization server than the one that was asked')
    await store.exclusively(async () => {
      const { codeVerifier, state } = pending
      const record = await store.load()
      const run = createOAuthRun({ ...options, record, now: Date.now, state, codeVerifier })
      await auth(run.provider, { ...toRequest(options, pending), authorizationCode: answer.code })
    })
  })

/** What is known, without a registration that was made for coming back elsewhere: the authorization server would refuse to send the browser here. */
const registeredFor = async (redirectUrl: string, store: OAuthStore): Promise<OAuthRecord> => {
  const { client, ...rest } = await store.load()
  const isElsewhere = client && 'redirect_uris' in client && !client.redirect_uris.includes(redirectUrl)
  return client && !isElsewhere ? { client, ...rest } : rest
}

const toRequest = (
  options: SignInOptions,
  found: { scope?: string | undefined; resourceMetadataUrl?: string | undefined },
) => ({
  serverUrl: options.serverUrl,
  fetchFn: options.send,
  ...(found.scope !== undefined && { scope: found.scope }),
  ...(found.resourceMetadataUrl !== undefined && { resourceMetadataUrl: new URL(found.resourceMetadataUrl) }),
})

/** A request without a token, to hear where tokens come from. */
const askForChallenge = async ({ serverUrl, headers, send }: SignInOptions): Promise<Challenge | undefined> => {
  const response = await send(serverUrl, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' }),
  })
  await response.body?.cancel()
  return readChallenge(response)
}

const asAuthorization = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new McpAuthorizationError(name, reasonOf(error), { cause: error })
  }
}
