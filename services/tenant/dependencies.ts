import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createUsageRepository, type UsageRepository } from '#shared/models/usage/usage-repository.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { type AppRepository, createAppRepository } from './apps/app-repository.ts'
import { createKeyRepository, type KeyRepository } from './keys/key-repository.ts'
import { createLimitRepository, type LimitRepository } from './limits/limit-repository.ts'
import { createQuotaRepository, type QuotaRepository } from './limits/quota-repository.ts'
import { type PeopleParts, type PeopleRepositories, peopleRepositoriesOf } from './people-dependencies.ts'

export interface TenantRepositories extends PeopleRepositories {
  apps: AppRepository
  keys: KeyRepository
  limits: LimitRepository
  quotas: QuotaRepository
}

export interface TenantDependencies extends TenantRepositories, PeopleParts {
  logger: Logger
  metrics: MetricsRegistry
  secrets: SecretBox
  /** Tokens that models used, which token quotas are compared with. */
  usage: Pick<UsageRepository, 'spent'>
  /** Runs work on repositories that share one transaction: all of it is stored, or none. */
  atomically<Result>(work: (repositories: TenantRepositories) => Promise<Result>): Promise<Result>
}

export const createTenantDependencies = (base: {
  logger: Logger
  metrics: MetricsRegistry
  secrets: SecretBox
  database: Database
  people: PeopleParts
}): TenantDependencies => ({
  logger: base.logger,
  metrics: base.metrics,
  secrets: base.secrets,
  ...base.people,
  usage: createUsageRepository(base.database),
  ...repositoriesOf(base.database),
  atomically: (work) => base.database.transaction((transaction) => work(repositoriesOf(transaction))),
})

const repositoriesOf = (database: Database): TenantRepositories => ({
  apps: createAppRepository(database),
  keys: createKeyRepository(database),
  ...peopleRepositoriesOf(database),
  limits: createLimitRepository(database),
  quotas: createQuotaRepository(database),
})
