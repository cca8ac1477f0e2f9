import { createSessionIds } from '#shared/ids/session-id.ts'
import type { Journal } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createBudgetRepository } from '#shared/models/budgets/budget-repository.ts'
import { openModelGate } from '#shared/models/gate/open-model-gate.ts'
import { createModelDirectory } from '#shared/models/model-directory.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { listUsage, type UsageQuery } from '#shared/models/usage/usage-report-repository.ts'
import { createUsageRepository } from '#shared/models/usage/usage-repository.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { createBotStore } from './bots/bot-store.ts'
import { createGatewayClient } from './clients/gateway-client.ts'
import { createConversationRepository } from './conversations/conversation-repository.ts'
import { createFileRepository } from './files/file-repository.ts'
import { createMessageFiles } from './files/message-files.ts'
import { withStoredImages } from './files/stored-images.ts'
import { createCallingMemory } from './loop/calling-memory.ts'
import { findModel } from './loop/find-model.ts'
import { createMemoryRepository } from './memory/memory-repository.ts'
import { createMemoryStore } from './memory/memory-store.ts'
import { createToolRunner } from './toolbox/run-pinned-tool.ts'
import { createBuiltInToolbox } from './toolbox/toolbox.ts'
import { createTurnKeyRepository } from './turns/turn-key-repository.ts'
import { createTurnMetrics } from './turns/turn-metrics.ts'
import { createTurnRegistry } from './turns/turn-registry.ts'
import { createTurnSources } from './turns/turn-sources.ts'

/** The wire's short name of this service in session ids. */
const SID_SERVICE = 'sag'

export type AgentDependencies = ReturnType<typeof createAgentDependencies>

/** Wires the service. Nothing here talks to anything yet. */
export const createAgentDependencies = (base: {
  database: Database
  journal: () => Promise<Journal>
  secrets: SecretBox
  outbound: OutboundGuard
  rehearsal: { tokenMs: number }
  /** The gateway's internal socket, by which other services are asked. */
  gatewayPath: string
  /** Files of messages. */
  objects: ObjectStore
  logger: Logger
  metrics: MetricsRegistry
}) => {
  const { secrets, logger } = base
  const models = createModelRepository(base.database)
  const gate = openModelGate(base)
  const directory = createModelDirectory({ ...base, models, gate })
  const toolbox = createBuiltInToolbox()
  const gateway = createGatewayClient(base.gatewayPath)
  const sources = createTurnSources(gateway)
  const fileStores = { files: createFileRepository(base.database), objects: base.objects }
  const memories = createMemoryStore(createMemoryRepository(base.database))
  return {
    logger,
    database: base.database,
    conversations: createConversationRepository(base.database),
    memories,
    fileStores,
    messageFiles: createMessageFiles(fileStores),
    secrets,
    journal: base.journal,
    models,
    directory,
    gate,
    budgets: createBudgetRepository(base.database),
    usage: createUsageRepository(base.database),
    listUsage: (query: UsageQuery) => listUsage(base.database, query),
    toolbox,
    gateway,
    sources,
    bots: createBotStore({
      database: base.database,
      secrets,
      isBuiltIn: (toolId) => toolbox.find(toolId) !== undefined,
    }),
    services: {
      runTool: createToolRunner({ ...sources, toolbox, memories }),
      callingMemory: createCallingMemory(),
      findModel: async (reference: Parameters<typeof findModel>[1]) =>
        withStoredImages(await findModel({ models: directory, secrets }, reference), base.objects),
    },
    turnKeys: createTurnKeyRepository(base.database),
    metrics: createTurnMetrics(base.metrics),
    registry: createTurnRegistry(),
    createSid: createSessionIds({ sub: SID_SERVICE }),
  }
}
