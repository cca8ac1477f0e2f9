import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { type CredentialRepository, createCredentialRepository } from './credentials/credential-repository.ts'
import { createOauthTokens, type OauthTokens } from './credentials/oauth-tokens.ts'
import { countRefusals, createLinkMetrics, type LinkMetrics } from './link-metrics.ts'
import { createMcpDependencies, type McpDependencies } from './mcp/mcp-dependencies.ts'
import { type CallOnce, createCallOnce } from './tools/call-once.ts'
import { type CallRepository, createCallRepository } from './tools/call-repository.ts'
import { createDocumentLoader, type LoadDocument } from './tools/loaded-document.ts'
import { createToolIds } from './tools/tool-ids.ts'
import { createToolRepository, type ToolRepository } from './tools/tool-repository.ts'

export interface LinkDependencies {
  logger: Logger
  metrics: MetricsRegistry
  linkMetrics: LinkMetrics
  database: Database
  /** Every call that a tool makes goes through it. */
  outbound: OutboundGuard
  secrets: SecretBox
  tools: ToolRepository
  credentials: CredentialRepository
  calls: CallRepository
  callOnce: CallOnce
  tokens: OauthTokens
  loadDocument: LoadDocument
  nextToolId: () => string
  mcp: McpDependencies
  /** Runs work on tools, and on credentials for them, in one transaction: all of it is stored, or none. */
  atomically<Result>(
    work: (tools: ToolRepository, credentials: CredentialRepository) => Promise<Result>,
  ): Promise<Result>
}

export const createLinkDependencies = (
  given: Pick<LinkDependencies, 'logger' | 'metrics' | 'database' | 'outbound' | 'secrets'> & {
    dataDirectory: string
    /** Where programs of MCP servers are looked for. */
    searchPath: string | undefined
  },
): LinkDependencies => {
  const linkMetrics = createLinkMetrics(given.metrics)
  const base = { ...given, linkMetrics, outbound: countRefusals(given.outbound, given.metrics) }
  const calls = createCallRepository(base.database)
  return {
    ...base,
    tools: createToolRepository(base.database),
    credentials: createCredentialRepository(base.database),
    calls,
    callOnce: createCallOnce(calls),
    tokens: createOauthTokens(base.outbound),
    loadDocument: createDocumentLoader(),
    nextToolId: createToolIds(),
    mcp: createMcpDependencies(base),
    atomically: (work) =>
      base.database.transaction((transaction) =>
        work(createToolRepository(transaction), createCredentialRepository(transaction)),
      ),
  }
}
