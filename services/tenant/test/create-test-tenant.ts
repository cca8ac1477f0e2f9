import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createTenantApp } from '../app.ts'
import { createTenantDependencies } from '../dependencies.ts'

/** The whole service on a private database, for one test. */
export const createTestTenant = async () => {
  const postgres = await temporaryDatabase()
  const dependencies = createTenantDependencies({
    logger: silentLogger,
    metrics: createMetricsRegistry(),
    secrets: createSecretBox('5a'.repeat(32)),
    database: postgres.database,
  })
  return {
    dependencies,
    app: createTenantApp(dependencies),
    sql: postgres.client,
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  }
}
