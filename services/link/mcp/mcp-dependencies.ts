import { join } from 'node:path'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import type { LinkMetrics } from '../link-metrics.ts'
import { type CallRepository, createCallRepository } from '../tools/call-repository.ts'
import { createMcpConnections, type McpConnections } from './mcp-connections.ts'
import { createServerRepository, type ServerRepository } from './servers/server-repository.ts'
import { createGrantRepository, type GrantRepository } from './sign-in/grant-repository.ts'

export interface McpDependencies {
  servers: ServerRepository
  grants: GrantRepository
  /** Results of calls that came with a key. */
  calls: CallRepository
  /** To be disposed when the service stops: it ends sessions and the programs that were started. */
  connections: McpConnections
  linkMetrics: LinkMetrics
}

export const createMcpDependencies = (base: {
  database: Database
  outbound: OutboundGuard
  secrets: SecretBox
  dataDirectory: string
  searchPath: string | undefined
  linkMetrics: LinkMetrics
}): McpDependencies => {
  const grants = createGrantRepository(base.database)
  const connections = createMcpConnections({
    ...base,
    grants,
    programDirectory: join(base.dataDirectory, 'mcp-programs'),
  })
  return {
    servers: createServerRepository(base.database),
    calls: createCallRepository(base.database),
    grants,
    connections,
    linkMetrics: base.linkMetrics,
  }
}
