import { type HttpTarget, nameTarget } from '#shared/mcp/mcp-target.ts'
import type { PendingSignIn } from '#shared/mcp/oauth/sign-in.ts'
import { accessOf } from '../../tools/tool-access.ts'
import { McpSignInUnknownError } from '../errors.ts'
import { openSecrets } from '../servers/server-secrets.ts'
import { createGrantStore } from './grant-store.ts'
import { openSend } from './open-send.ts'
import type { SignInRoutesDependencies } from './sign-in-routes.ts'
import { hashState } from './start-server-sign-in.ts'

/** The callback has no caller: the state says whose sign-in it is. */
const EVERYTHING = accessOf({ role: 'root', appId: undefined })

/**
 * Exchanges the code for tokens and stores them. Undefined when there is no code: the sign-in is over all the same. Throws McpSignInUnknownError and
 * McpAuthorizationError.
 */
export const finishServerSignIn = async (
  dependencies: SignInRoutesDependencies,
  answer: { state: string; code: string | undefined; issuer: string | undefined },
): Promise<HttpTarget | undefined> => {
  const { mcp, secrets, outbound } = dependencies
  const signIn = await mcp.grants.takeSignIn(hashState(answer.state))
  const server = signIn && (await mcp.servers.find(EVERYTHING, signIn.serverId))
  if (!signIn || !server) throw new McpSignInUnknownError()
  if (answer.code === undefined) return undefined
  const pending = JSON.parse(secrets.decrypt(signIn.sealed)) as PendingSignIn
  const { headers, authorization } = openSecrets(secrets, server)
  const configured = authorization?.grant === 'authorization_code' ? authorization : undefined
  const target: HttpTarget = { transport: 'auto', url: server.url, headers }
  const { finishSignIn } = await import('#shared/mcp/oauth/sign-in.ts')
  await finishSignIn({
    name: nameTarget(target),
    serverUrl: server.url,
    settings: { ...configured, grant: 'authorization_code', redirectUrl: pending.redirectUrl },
    store: createGrantStore({ grants: mcp.grants, secrets }, signIn),
    send: openSend(outbound),
    headers,
    pending,
    answer: { code: answer.code, issuer: answer.issuer },
  })
  void mcp.connections.drop(server.serverId)
  return target
}
