import { join } from 'node:path'
import { describeApp } from '#shared/http/describe-app.ts'
import { outlastOutages } from '#shared/journal/outlast-outages.ts'
import { startRunClaimer } from '#shared/journal/run-claimer.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import { openModelGate } from '#shared/models/gate/open-model-gate.ts'
import { createModelDirectory } from '#shared/models/model-directory.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createCodeSandbox } from '#shared/sandbox/code-sandbox.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { createWorkflowApp } from './app.ts'
import { createAgentClient } from './clients/agent-client.ts'
import { createAppClient } from './clients/app-client.ts'
import { createKnowledgeAgentClient } from './clients/knowledge-agent-client.ts'
import { createKnowledgeClient } from './clients/knowledge-client.ts'
import { createToolClient } from './clients/tool-client.ts'
import { createToolSchemaCache } from './clients/tool-schema-cache.ts'
import { createWorkflowDependencies } from './dependencies.ts'
import { startFileSweeping } from './files/sweep-files.ts'
import { continueRun } from './runs/continue-run.ts'
import { endCancelledClaim } from './runs/end-cancelled.ts'
import { giveUpRun } from './runs/give-up-run.ts'
import { parseKeepDays } from './runs/keep-policy.ts'
import { RUN_KIND } from './runs/run-event-log.ts'
import { startRetention } from './runs/start-retention.ts'
import { createStarters } from './starters/create-starters.ts'
import { startScheduler } from './triggers/start-scheduler.ts'

/** Runs of others that this process goes on with at once. Those it started itself do not count. */
const CONTINUED_MAX = 256
/** Claimable runs are looked for this often when nobody says that there are any. */
const CLAIM_POLL_MS = 2_000

/** Isolation for programs is looked for once the first requests are served. */
const CODE_PREPARE_MS = 2_000

/** Flows and their runs. Holds no run in memory only: whatever is under way at the end is given back to the journal. */
export const start: StartService = async ({
  assignment,
  logger,
  metrics,
  database,
  journal: openJournal,
  draining,
}) => {
  const { settings } = assignment
  const outbound = createOutboundGuard({ allow: settings.ORRERY_OUTBOUND_ALLOW })
  const toolSchemas = createToolSchemaCache()
  const secrets = createSecretBox(assignment.instanceKey)
  const leaving = new AbortController()
  const gate = openModelGate({
    ...{ database, logger, metrics },
    outlast: (repository) => outlastOutages(repository, leaving.signal),
  })
  const models = createModelDirectory({
    // A run whose node names a model goes on when the database is back.
    models: outlastOutages(createModelRepository(database), leaving.signal),
    secrets,
    outbound,
    rehearsal: { tokenMs: settings.ORRERY_REHEARSAL_TOKEN_MS },
    gate,
    logger,
  })
  const [journal] = await Promise.all([openJournal(), createStarters(database)])
  const code = createCodeSandbox({
    python: settings.ORRERY_PYTHON_SANDBOX,
    wallMsMax: settings.ORRERY_CODE_MS_MAX,
    logger,
  })
  const dependencies = createWorkflowDependencies({
    logger,
    metrics,
    database,
    journal,
    models,
    outbound,
    objects: await openLocalObjectStore(join(assignment.dataDirectory, 'objects', 'workflow')),
    code,
    apps: createAppClient(assignment.gatewayPath),
    knowledgeOf: (appId) => createKnowledgeClient(assignment.gatewayPath, appId),
    knowledgeAgentsOf: (appId) => createKnowledgeAgentClient(assignment.gatewayPath, appId),
    agentsOf: (appId) => createAgentClient(assignment.gatewayPath, appId),
    toolsOf: (appId) => createToolClient({ gatewayPath: assignment.gatewayPath, appId, schemas: toolSchemas }),
    frameGapMsMax: settings.ORRERY_RUN_FRAME_GAP_MS_MAX,
    secrets,
    nudge: () => claimer.nudge(),
  })
  const claimer = startRunClaimer({
    journal,
    kinds: [RUN_KIND],
    execute: (claimed, signal) => continueRun(dependencies, claimed, signal),
    onGivenUp: (claimed) => giveUpRun(claimed, 'every attempt to execute it failed'),
    onCancelled: endCancelledClaim,
    concurrencyMax: CONTINUED_MAX,
    pollMs: CLAIM_POLL_MS,
    logger,
    draining,
  })
  const retention = startRetention({
    ...dependencies,
    metrics,
    draining,
    keep: parseKeepDays(settings.ORRERY_RUN_KEEP_DAYS, settings.ORRERY_RUN_KEEP_DAYS_BY_KIND),
  })
  const scheduler = startScheduler({ ...dependencies, database, draining })
  const sweeping = startFileSweeping(dependencies.fileStores, logger)
  const app = createWorkflowApp(dependencies)
  const preparing = setTimeout(() => void code.prepare(), CODE_PREPARE_MS)
  preparing.unref()
  return {
    name: 'workflow',
    handle: (request) => app.handle(request),
    openapi: () => describeApp(app, { title: 'Workflow', description: 'Flows, their publication and their runs.' }),
    nudge: () => claimer.nudge(),
    async stop() {
      clearTimeout(preparing)
      leaving.abort()
      await Promise.all([
        scheduler.stop(),
        retention.stop(),
        sweeping.stop(),
        claimer.stop(),
        dependencies.registry.stop(),
      ])
      code.stop()
      await gate.close()
    },
  }
}
