import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createOutboundGuard, type ResolveHost } from '#shared/outbound/outbound-guard.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createLinkApp } from '../app.ts'
import { createLinkDependencies } from '../dependencies.ts'

/** The whole service on a private database, for one test. Tools may call `allow` although it is private: this machine when left out. */
export const createTestLink = async (options: { allow?: string; resolveHost?: ResolveHost } = {}) => {
  const postgres = await temporaryDatabase()
  const { resolveHost } = options
  const dataDirectory = await mkdtemp(join(tmpdir(), 'link-'))
  const dependencies = createLinkDependencies({
    logger: silentLogger,
    metrics: createMetricsRegistry(),
    database: postgres.database,
    outbound: createOutboundGuard({
      allow: options.allow ?? '127.0.0.1,localhost',
      ...(resolveHost ? { resolveHost } : {}),
    }),
    secrets: createSecretBox('5a'.repeat(32)),
    dataDirectory,
    searchPath: process.env.PATH,
  })
  return {
    dependencies,
    app: createLinkApp(dependencies),
    sql: postgres.client,
    async [Symbol.asyncDispose]() {
      await dependencies.mcp.connections[Symbol.asyncDispose]()
      await rm(dataDirectory, { recursive: true, force: true })
      await postgres[Symbol.asyncDispose]()
    },
  }
}
