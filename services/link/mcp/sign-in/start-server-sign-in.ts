import { nameTarget } from '#shared/mcp/mcp-target.ts'
import type { McpServerRow } from '../../tables.ts'
import { McpSignInUnfitError } from '../errors.ts'
import { openSecrets } from '../servers/server-secrets.ts'
import { createGrantStore } from './grant-store.ts'
import { openSend } from './open-send.ts'
import type { SignInRoutesDependencies } from './sign-in-routes.ts'

const STATE_BYTES = 32
/** How long a person may take. */
const SIGN_IN_MS_MAX = 10 * 60_000

/** Prepares a sign-in, remembers it under a state that serves once, and tells where the browser has to go. */
export const startServerSignIn = async (
  dependencies: SignInRoutesDependencies,
  input: { server: McpServerRow; ownerAppId: string; redirectUrl: string },
): Promise<{ authorizationUrl: string; redirectUrl: string; expiresAt: string }> => {
  const { server, redirectUrl } = input
  const { secrets, outbound, mcp } = dependencies
  if (server.transport === 'stdio') throw new McpSignInUnfitError(server.serverId, 'it is a program')
  const { headers, authorization } = openSecrets(secrets, server)
  if (authorization?.grant === 'client_credentials')
    throw new McpSignInUnfitError(server.serverId, 'it is used with client credentials')
  // Tokens of an app's own server are the app's, whoever fetches them.
  const ownerAppId = server.ownerAppId === '' ? input.ownerAppId : server.ownerAppId
  const key = { serverId: server.serverId, ownerAppId }
  const state = Buffer.from(crypto.getRandomValues(new Uint8Array(STATE_BYTES))).toString('base64url')
  const { beginSignIn } = await import('#shared/mcp/oauth/sign-in.ts')
  const { authorizationUrl, pending } = await beginSignIn({
    name: nameTarget({ transport: 'auto', url: server.url, headers }),
    serverUrl: server.url,
    settings: { ...authorization, grant: 'authorization_code', redirectUrl },
    store: createGrantStore({ grants: mcp.grants, secrets }, key),
    send: openSend(outbound),
    headers,
    state,
  })
  const expiresAt = new Date(Date.now() + SIGN_IN_MS_MAX)
  const sealed = secrets.encrypt(JSON.stringify(pending))
  await mcp.grants.insertSignIn({ ...key, stateHash: hashState(state), sealed, expiresAt })
  return { authorizationUrl: authorizationUrl.href, redirectUrl, expiresAt: expiresAt.toISOString() }
}

export const hashState = (state: string): string => new Bun.CryptoHasher('sha256').update(state).digest('hex')
