import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { createToolRepository, type ToolRepository } from './tools/tool-repository.ts'

export interface LinkDependencies {
  logger: Logger
  metrics: MetricsRegistry
  database: Database
  /** Every call that a tool makes goes through it. */
  outbound: OutboundGuard
  secrets: SecretBox
  tools: ToolRepository
}

export const createLinkDependencies = (
  base: Pick<LinkDependencies, 'logger' | 'metrics' | 'database' | 'outbound' | 'secrets'>,
): LinkDependencies => ({ ...base, tools: createToolRepository(base.database) })
