import { HEARTBEAT_MS } from '#shared/http/heartbeats.ts'
import { createSessionIds } from '#shared/ids/session-id.ts'
import { createSnowflakes } from '#shared/ids/snowflake.ts'
import { followRun } from '#shared/journal/follow-run.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { outlastOutages } from '#shared/journal/outlast-outages.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ModelDirectory } from '#shared/models/chat-model.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { Sandbox } from '#shared/sandbox/sandbox.ts'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { compilePlan } from './definition/compile-plan.ts'
import { parseDefinition } from './definition/parse-definition.ts'
import type { FlowServices } from './engine/flow-services.ts'
import { createFileRepository } from './files/file-repository.ts'
import type { FileStores } from './files/save-upload.ts'
import { createUploadedFiles } from './files/uploaded-files.ts'
import type { FlowWriting } from './flows/add-flow.ts'
import type { AppDirectory } from './flows/app-directory.ts'
import { createFlowSource } from './flows/flow-source.ts'
import { createFlowStores } from './flows/flow-stores.ts'
import { createPlanCache } from './flows/plan-cache.ts'
import { createHistoryRepository } from './histories/history-repository.ts'
import { createStartFileCheck } from './runs/check-start-files.ts'
import type { ContinueRunDependencies } from './runs/continue-run.ts'
import type { RunCommandDependencies } from './runs/run-command-routes.ts'
import type { RunFramesDependencies } from './runs/run-frames.ts'
import { createRunInboxes } from './runs/run-inboxes.ts'
import { createRunKeyRepository } from './runs/run-key-repository.ts'
import { createRunMetrics } from './runs/run-metrics.ts'
import { createRunRegistry } from './runs/run-registry.ts'
import type { RunRoutesDependencies } from './runs/run-routes.ts'
import type { SaveScheduleDependencies } from './triggers/save-schedule.ts'
import { createScheduleRepository } from './triggers/schedule-repository.ts'
import { createWebhookRepository } from './triggers/webhook-repository.ts'
import type { WebhookRoutesDependencies } from './triggers/webhook-routes.ts'
import { createVariableRepository } from './variables/variable-repository.ts'

export interface WorkflowDependencies
  extends FlowWriting,
    ContinueRunDependencies,
    RunFramesDependencies,
    RunRoutesDependencies,
    RunCommandDependencies,
    SaveScheduleDependencies,
    WebhookRoutesDependencies {
  /** Runs programs. */
  code: Sandbox
  /** Makes the wire's session ids. */
  nextSid(): string
  fileStores: FileStores
}

/** Puts the service together from what a worker process has. */
export const createWorkflowDependencies = (base: {
  logger: Logger
  metrics: MetricsRegistry
  database: Database
  journal: Journal
  models: ModelDirectory
  apps: AppDirectory
  /** Knowledge as the given app may read it. */
  knowledgeOf(appId: string): FlowServices['knowledge']
  /** Answers of the knowledge service, from what the given app may read. */
  knowledgeAgentsOf(appId: string): FlowServices['knowledgeAgents']
  /** Agents that work for the given app. */
  agentsOf(appId: string): FlowServices['agents']
  /** Tools that the given app may use. */
  toolsOf(appId: string): FlowServices['tools']
  outbound: OutboundGuard
  /** Contents of uploaded files. */
  objects: ObjectStore
  code: Sandbox
  frameGapMsMax: number
  /** Keeps the secrets of webhooks. */
  secrets: SecretBox
  /** Tells this process that a run may be claimed. */
  nudge(): void
}): WorkflowDependencies => {
  const { journal, models } = base
  const stores = createFlowStores(base.database)
  const registry = createRunRegistry()
  // Runs go on when the database is back: what their nodes ask of it waits, where a request is refused.
  const variables = outlastOutages(createVariableRepository(base.database), registry.stopping)
  const histories = outlastOutages(createHistoryRepository(base.database), registry.stopping)
  const files = createFileRepository(base.database)
  const compile = (definition: unknown) => compilePlan(parseDefinition(definition))
  const plans = createPlanCache(outlastOutages(stores.definitions, registry.stopping), compile)
  const subFlowStores = { ...stores, releases: outlastOutages(stores.releases, registry.stopping) }
  const nodeFiles = outlastOutages({ find: files.find }, registry.stopping)
  const servicesFor = (ownerAppId: string): FlowServices => ({
    models,
    knowledge: base.knowledgeOf(ownerAppId),
    knowledgeAgents: base.knowledgeAgentsOf(ownerAppId),
    agents: base.agentsOf(ownerAppId),
    tools: base.toolsOf(ownerAppId),
    flows: createFlowSource({ stores: subFlowStores, plans, servicesFor }, ownerAppId),
    outbound: base.outbound,
    files: createUploadedFiles({ files: nodeFiles, objects: base.objects }),
    code: base.code,
    variables,
    histories,
  })
  return {
    logger: base.logger,
    code: base.code,
    metrics: createRunMetrics(base.metrics),
    stores,
    apps: base.apps,
    plans,
    checkDefinition: compile,
    nextId: createSnowflakes(journal.workerId),
    nextSid: createSessionIds({ sub: 'spf' }),
    journal,
    follow: (runId, afterSequence, signal) => followRun(journal, runId, afterSequence, signal),
    registry,
    inboxes: createRunInboxes(),
    runKeys: createRunKeyRepository(base.database),
    nudge: base.nudge,
    schedules: createScheduleRepository(base.database),
    webhooks: createWebhookRepository(base.database),
    secrets: base.secrets,
    stopping: registry.stopping,
    servicesFor,
    fileStores: { files, objects: base.objects },
    checkStartFiles: createStartFileCheck({ outbound: base.outbound, files }),
    frameGapMsMax: base.frameGapMsMax,
    heartbeatMs: HEARTBEAT_MS,
  }
}
