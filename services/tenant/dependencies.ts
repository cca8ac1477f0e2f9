import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { type AppRepository, createAppRepository } from './apps/app-repository.ts'
import { createKeyRepository, type KeyRepository } from './keys/key-repository.ts'

export interface TenantRepositories {
  apps: AppRepository
  keys: KeyRepository
}

export interface TenantDependencies extends TenantRepositories {
  logger: Logger
  metrics: MetricsRegistry
  secrets: SecretBox
  /** Runs work on repositories that share one transaction: all of it is stored, or none. */
  atomically<Result>(work: (repositories: TenantRepositories) => Promise<Result>): Promise<Result>
}

export const createTenantDependencies = (base: {
  logger: Logger
  metrics: MetricsRegistry
  secrets: SecretBox
  database: Database
}): TenantDependencies => ({
  logger: base.logger,
  metrics: base.metrics,
  secrets: base.secrets,
  ...repositoriesOf(base.database),
  atomically: (work) => base.database.transaction((transaction) => work(repositoriesOf(transaction))),
})

const repositoriesOf = (database: Database): TenantRepositories => ({
  apps: createAppRepository(database),
  keys: createKeyRepository(database),
})
