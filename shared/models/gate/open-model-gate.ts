import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createBudgetRepository } from '../budgets/budget-repository.ts'
import { createSlotRepository } from '../slots/slot-repository.ts'
import { createUsageRepository } from '../usage/usage-repository.ts'
import { createModelGate, type ModelGate } from './model-gate.ts'

/** The gate of a service, over its database. Close it when the service stops. */
export const openModelGate = (dependencies: {
  database: Database
  logger: Logger
  metrics: MetricsRegistry
  /** Makes what a call asks of the database before it begins outlast an outage; without it the call fails. */
  outlast?: <Repository extends Record<string, (...args: never[]) => Promise<unknown>>>(
    repository: Repository,
  ) => Repository
}): ModelGate => {
  const { database, logger, metrics } = dependencies
  const outlast = dependencies.outlast ?? ((repository) => repository)
  const usage = createUsageRepository(database)
  const { findFor } = createBudgetRepository(database)
  return createModelGate({
    budgets: outlast({ findFor }),
    usage: { ...usage, ...outlast({ spent: usage.spent }) },
    slots: createSlotRepository(database),
    logger,
    metrics,
  })
}
