import { openJournal } from '#shared/journal/open-journal.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createAgentApp } from '../app.ts'
import { createBotRepository } from '../bots/bot-repository.ts'
import { createStarterBot } from '../bots/starter-bot.ts'
import { createAgentDependencies } from '../dependencies.ts'
import { createStarterModel } from '../models/starter-model.ts'

export const rootHeaders = { 'x-orrery-caller': 'root' }
export const appHeaders = (appId: string) => ({ 'x-orrery-caller': 'app', 'x-consumer-username': appId })

/** The whole service in memory over a real database and journal, with its starters. */
export const createTestAgent = async (options: { allow?: string; tokenMs?: number } = {}) => {
  const postgres = await temporaryDatabase()
  const metrics = createMetricsRegistry()
  const secrets = createSecretBox('7'.repeat(64))
  const openOwnJournal = () =>
    openJournal({ databaseUrl: postgres.url, logger: silentLogger, metrics: createMetricsRegistry() })
  const journal = await openOwnJournal()
  const dependencies = createAgentDependencies({
    database: postgres.database,
    journal: async () => journal,
    secrets,
    outbound: createOutboundGuard({ allow: options.allow ?? '' }),
    rehearsal: { tokenMs: options.tokenMs ?? 0 },
    logger: silentLogger,
    metrics,
  })
  const createStarters = () =>
    postgres.database.transaction(async (transaction) => {
      const bots = createBotRepository(transaction)
      await createStarterModel(createModelRepository(transaction), bots)
      await createStarterBot(bots, secrets)
    })
  await createStarters()
  return {
    app: createAgentApp(dependencies),
    dependencies,
    journal,
    metrics,
    postgres,
    createStarters,
    openOwnJournal,
    async [Symbol.asyncDispose]() {
      await dependencies.registry.stop(0)
      await journal.close()
      await postgres[Symbol.asyncDispose]()
    },
  }
}
