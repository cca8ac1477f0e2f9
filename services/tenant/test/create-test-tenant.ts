import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '#shared/config/load-config.ts'
import { SETTINGS } from '#shared/config/settings.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createTenantApp } from '../app.ts'
import { createTenantDependencies } from '../dependencies.ts'
import { createPeopleParts, type PeopleParts } from '../people-dependencies.ts'

/** The whole service on a private database, for one test. */
export const createTestTenant = async (options: Partial<PeopleParts> = {}) => {
  const postgres = await temporaryDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'orrery-tenant-'))
  const dependencies = createTenantDependencies({
    logger: silentLogger,
    metrics: createMetricsRegistry(),
    secrets: createSecretBox('5a'.repeat(32)),
    database: postgres.database,
    people: { ...createPeopleParts(loadConfig(SETTINGS, {}), directory), ...options },
  })
  await dependencies.spaces.insertDefault()
  return {
    dependencies,
    app: createTenantApp(dependencies),
    sql: postgres.client,
    directory,
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true })
      await postgres[Symbol.asyncDispose]()
    },
  }
}
