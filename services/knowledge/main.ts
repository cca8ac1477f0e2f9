import { describeApp } from '#shared/http/describe-app.ts'
import type { RunClaimer } from '#shared/journal/run-claimer.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createKnowledgeApp } from './app.ts'
import { createKnowledgeDependencies } from './dependencies.ts'
import { startVectorChanges, type VectorChanges } from './embeddings/start-vector-changes.ts'
import { startEvaluationClaimer } from './evaluation/evaluation-claimer.ts'
import { startIngestionClaimer } from './ingestion/ingestion-claimer.ts'
import { startMaintenance } from './ingestion/maintenance.ts'
import { readRagflowSettings } from './ragflow/ragflow-settings.ts'
import { createRagflowContext } from './ragflow/ragflow-strategy.ts'
import { createStarterBase } from './starter/create-starter-base.ts'

/** Bases, documents and search; reads what was uploaded in the background. */
export const start: StartService = async (context) => {
  const { assignment, logger, metrics, database, draining } = context
  let claimer: RunClaimer | undefined
  let evaluationClaimer: RunClaimer | undefined
  let vectorChanges: VectorChanges | undefined
  const nudge = (only?: 'ingestion') => {
    claimer?.nudge()
    if (only) return
    evaluationClaimer?.nudge()
    vectorChanges?.nudge()
  }
  const ragflow = readRagflowSettings(assignment.settings)
  const made = await createKnowledgeDependencies({
    logger,
    metrics,
    database,
    journal: context.journal,
    outbound: createOutboundGuard({ allow: assignment.settings.ORRERY_OUTBOUND_ALLOW }),
    dataDirectory: assignment.dataDirectory,
    instanceKey: assignment.instanceKey,
    nudge,
  })
  const dependencies = ragflow ? { ...made, ragflow: createRagflowContext(ragflow, made) } : made
  const [journal] = await Promise.all([context.journal(), createStarterBase(dependencies)])
  claimer = startIngestionClaimer({ ...dependencies, journal, draining })
  vectorChanges = startVectorChanges({ ...dependencies, draining })
  evaluationClaimer = startEvaluationClaimer({ ...dependencies, journal, draining })
  const maintenance = startMaintenance({ ...dependencies, draining })
  const app = createKnowledgeApp(dependencies)
  return {
    name: 'knowledge',
    handle: (request) => app.handle(request),
    openapi: () => describeApp(app, { title: 'Knowledge', description: 'Bases, documents and search over them.' }),
    nudge: () => nudge(),
    async stop() {
      await Promise.all([claimer?.stop(), evaluationClaimer?.stop(), vectorChanges?.stop(), maintenance.stop()])
      await dependencies.history.close()
      await dependencies.gate.close()
    },
  }
}
