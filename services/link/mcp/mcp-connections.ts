import { join } from 'node:path'
import type { McpSession, RequestLimits } from '#shared/mcp/mcp-session.ts'
import { type HttpTarget, type McpTarget, nameTarget, type StdioTarget } from '#shared/mcp/mcp-target.ts'
import type { OAuthSettings } from '#shared/mcp/oauth/oauth-settings.ts'
import { createSessionPool } from '#shared/mcp/session-pool.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { LinkMetrics } from '../link-metrics.ts'
import { INSTALLATION, type McpServerRow } from '../tables.ts'
import type { ToolAccess } from '../tools/tool-access.ts'
import { type ConfiguredAuthorization, openSecrets, type ServerSecrets } from './servers/server-secrets.ts'
import type { GrantRepository } from './sign-in/grant-repository.ts'
import { createGrantStore } from './sign-in/grant-store.ts'

/** Sessions of this process, and those of them that are programs. */
const SESSIONS_MAX = 256
const PROGRAMS_MAX = 16
/** A session that nobody used for so long is closed. */
const IDLE_MS = 5 * 60_000
/** To connect, start and agree. */
const OPEN_MS_MAX = 20_000
/** Loaded by the first call: the protocol's library is large, and most workers never need it. */
const loadClient = async () => {
  const [{ openSession }, { authorizeRequests }] = await Promise.all([
    import('#shared/mcp/open-session.ts'),
    import('#shared/mcp/oauth/authorize-requests.ts'),
  ])
  return { openSession, authorizeRequests }
}

/** Who refreshes tokens has no browser to come back. */
const NO_REDIRECT = 'urn:ietf:wg:oauth:2.0:oob'

export interface McpConnections extends AsyncDisposable {
  /** Works on the caller's session with a server. Throws MCP_… and OUTBOUND_… AppErrors. */
  use<Result>(use: ServerUse, work: (session: McpSession) => Promise<Result>): Promise<Result>
  /** The same for an address that is no server of ours: without headers and tokens. */
  useUrl<Result>(use: UrlUse, work: (session: McpSession) => Promise<Result>): Promise<Result>
  /** Closes the sessions that this process has with a server. */
  drop(serverId: string): Promise<void>
  /** Whose tokens a call of the caller's goes with. */
  grantOwner(server: McpServerRow, access: ToolAccess): Promise<string>
}

export interface ServerUse {
  server: McpServerRow
  access: ToolAccess
  signal: AbortSignal
}

export interface UrlUse {
  url: string
  access: ToolAccess
  signal: AbortSignal
}

export interface McpConnectionsDependencies {
  outbound: OutboundGuard
  secrets: SecretBox
  grants: GrantRepository
  /** Where programs find their homes. */
  programDirectory: string
  /** Search path of programs. */
  searchPath: string | undefined
  linkMetrics: Pick<LinkMetrics, 'sessions'>
}

export const createMcpConnections = (dependencies: McpConnectionsDependencies): McpConnections => {
  const { outbound, secrets, grants, linkMetrics } = dependencies
  const pool = createSessionPool({
    sessionsMax: SESSIONS_MAX,
    programsMax: PROGRAMS_MAX,
    idleMs: IDLE_MS,
    onSize: (count) => linkMetrics.sessions(count),
  })
  // A session is everybody's who has its key, so no caller's leaving ends its opening.
  const limits: RequestLimits = { timeoutMs: OPEN_MS_MAX, signal: new AbortController().signal }

  const grantOwner = async (server: McpServerRow, access: ToolAccess): Promise<string> => {
    if (server.ownerAppId !== INSTALLATION || access.appId === undefined) return server.ownerAppId
    const [own] = await grants.ownersOf(server.serverId, [access.appId])
    return own ?? INSTALLATION
  }

  const openHttp = async (server: McpServerRow, { headers, authorization }: ServerSecrets, ownerAppId: string) => {
    const target: HttpTarget = { transport: httpTransportOf(server), url: server.url, headers }
    const settings = toOAuthSettings(authorization)
    const store = createGrantStore({ grants, secrets }, { serverId: server.serverId, ownerAppId })
    const name = nameTarget(target)
    const { openSession, authorizeRequests } = await loadClient()
    return openSession({
      target,
      outbound,
      limits,
      authorize: (send) => authorizeRequests({ name, serverUrl: server.url, settings, store, send }),
    })
  }

  const openProgram = async (server: McpServerRow, { environment }: ServerSecrets, appId: string) => {
    const directory = join(
      dependencies.programDirectory,
      secrets.fingerprint(`${server.serverId}|${appId}`).slice(0, 32),
    )
    const target: StdioTarget = {
      transport: 'stdio',
      command: server.command,
      args: server.args,
      environment,
      directory,
    }
    const { openSession } = await loadClient()
    return openSession({ target, outbound, limits, programs: { path: dependencies.searchPath } })
  }

  return {
    grantOwner,
    async use({ server, access, signal }, work) {
      const isProgram = server.transport === 'stdio'
      const appId = access.appId ?? server.ownerAppId
      const owner = isProgram ? appId : await grantOwner(server, access)
      const key = [server.serverId, server.updatedAt.getTime(), appId, owner].join('|')
      const opened = openSecrets(secrets, server)
      const open = () => (isProgram ? openProgram(server, opened, appId) : openHttp(server, opened, owner))
      return pool.use({ key, isProgram, open, signal }, work)
    },
    useUrl({ url, access, signal }, work) {
      const target: McpTarget = { transport: 'auto', url, headers: {} }
      const key = ['url', access.appId ?? '', url].join('|')
      const open = async () => (await loadClient()).openSession({ target, outbound, limits })
      return pool.use({ key, isProgram: false, open, signal }, work)
    },
    drop: (serverId) => pool.drop(`${serverId}|`),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

const httpTransportOf = ({ transport }: McpServerRow): HttpTarget['transport'] =>
  transport === 'stdio' ? 'auto' : transport

/** For calls: they use and refresh what a sign-in brought, and begin none. */
const toOAuthSettings = (authorization: ConfiguredAuthorization | undefined): OAuthSettings => {
  if (authorization?.grant === 'client_credentials') return authorization
  return { ...authorization, grant: 'authorization_code', redirectUrl: NO_REDIRECT }
}
