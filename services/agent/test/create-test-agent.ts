import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal } from '#shared/journal/journal.ts'
import { openJournal } from '#shared/journal/open-journal.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry, type MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createAgentApp } from '../app.ts'
import { createBotRepository } from '../bots/bot-repository.ts'
import { createStarterBot } from '../bots/starter-bot.ts'
import { createAgentDependencies } from '../dependencies.ts'
import { createStarterModel } from '../models/starter-model.ts'

export const rootHeaders = { 'x-orrery-caller': 'root' }
export const appHeaders = (appId: string) => ({ 'x-orrery-caller': 'app', 'x-consumer-username': appId })

export interface TestAgentOptions {
  /** Hosts inside the network that outbound calls may reach. */
  allow?: string
  tokenMs?: number
  /** Socket of a gateway; without one nothing can be asked of other services. */
  gatewayPath?: string
}

/** What the service is wired from, in tests. */
export const testBase = (
  parts: {
    database: Database
    journal: Journal
    metrics: MetricsRegistry
    objects: ObjectStore
  } & TestAgentOptions,
): Parameters<typeof createAgentDependencies>[0] => ({
  database: parts.database,
  objects: parts.objects,
  journal: async () => parts.journal,
  secrets: createSecretBox('7'.repeat(64)),
  outbound: createOutboundGuard({ allow: parts.allow ?? '' }),
  rehearsal: { tokenMs: parts.tokenMs ?? 0 },
  gatewayPath: parts.gatewayPath ?? '/nonexistent/gateway.sock',
  logger: silentLogger,
  metrics: parts.metrics,
})

/** The whole service in memory over a real database and journal, with its starters. */
export const createTestAgent = async (options: TestAgentOptions = {}) => {
  const postgres = await temporaryDatabase()
  const metrics = createMetricsRegistry()
  const openOwnJournal = () =>
    openJournal({ databaseUrl: postgres.url, logger: silentLogger, metrics: createMetricsRegistry() })
  const journal = await openOwnJournal()
  const folder = await mkdtemp(join(tmpdir(), 'orrery-agent-'))
  const objects = await openLocalObjectStore(folder)
  const base = testBase({ database: postgres.database, journal, metrics, objects, ...options })
  const dependencies = createAgentDependencies(base)
  const createStarters = () =>
    postgres.database.transaction(async (transaction) => {
      const bots = createBotRepository(transaction)
      await createStarterModel(createModelRepository(transaction), bots)
      await createStarterBot({ database: transaction, secrets: base.secrets })
    })
  await createStarters()
  return {
    app: createAgentApp(dependencies),
    dependencies,
    journal,
    metrics,
    postgres,
    options,
    objects,
    objectsFolder: folder,
    createStarters,
    openOwnJournal,
    async [Symbol.asyncDispose]() {
      await dependencies.registry.stop(0)
      await dependencies.gate.close()
      await journal.close()
      await postgres[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
