import { join } from 'node:path'
import { describeApp } from '#shared/http/describe-app.ts'
import { startRunClaimer } from '#shared/journal/run-claimer.ts'
import type { StartService } from '#shared/lifecycle/hosted-service.ts'
import { createModelRepository } from '#shared/models/model-repository.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { createSecretBox } from '#shared/secrets/secret-box.ts'
import { createAgentApp } from './app.ts'
import { createBotRepository } from './bots/bot-repository.ts'
import { createStarterBot } from './bots/starter-bot.ts'
import { startConversationKeeper } from './conversations/keep-conversations.ts'
import { createAgentDependencies } from './dependencies.ts'
import { startFileSweep } from './files/sweep-files.ts'
import { TURN_KIND } from './loop/turn-events.ts'
import { createStarterModel } from './models/starter-model.ts'
import { continueTurn, giveTurnUp } from './turns/continue-turn.ts'
import { endCancelledClaim } from './turns/end-cancelled.ts'

/** Turns of dead workers that are continued here at once. */
const CONTINUED_TURNS_MAX = 64
const CLAIM_POLL_MS = 1_000
/** By now the requests are done; turns whose clients left get this long before another worker has to pay for asking their model again. */
const FINISH_MS_MAX = 2_000

/** Agents and models. */
export const start: StartService = async ({ assignment, logger, metrics, database, journal, draining }) => {
  const { settings } = assignment
  const secrets = createSecretBox(assignment.instanceKey)
  const dependencies = createAgentDependencies({
    database,
    journal,
    secrets,
    outbound: createOutboundGuard({ allow: settings.ORRERY_OUTBOUND_ALLOW }),
    rehearsal: { tokenMs: settings.ORRERY_REHEARSAL_TOKEN_MS },
    gatewayPath: assignment.gatewayPath,
    objects: await openLocalObjectStore(join(assignment.dataDirectory, 'objects', 'agent')),
    logger,
    metrics,
  })
  const createStarters = () =>
    database.transaction(async (transaction) => {
      const bots = createBotRepository(transaction)
      await createStarterModel(createModelRepository(transaction), bots)
      await createStarterBot({ database: transaction, secrets })
    })

  const [opened] = await Promise.all([journal(), createStarters()])
  const claimer = startRunClaimer({
    journal: opened,
    kinds: [TURN_KIND],
    execute: (claimed, signal) => continueTurn(dependencies, claimed, signal),
    onGivenUp: giveTurnUp,
    onCancelled: endCancelledClaim,
    concurrencyMax: CONTINUED_TURNS_MAX,
    pollMs: CLAIM_POLL_MS,
    logger,
    draining,
  })
  const stopKeeper = startConversationKeeper(dependencies)
  const stopSweep = startFileSweep(dependencies.fileStores, logger)
  const app = createAgentApp(dependencies)
  return {
    name: 'agent',
    handle: (request) => app.handle(request),
    openapi: () => describeApp(app, { title: 'Agent', description: 'Agents, chat and language models.' }),
    nudge: () => claimer.nudge(),
    async stop() {
      await Promise.all([stopKeeper(), stopSweep()])
      await claimer.stop()
      await dependencies.registry.stop(FINISH_MS_MAX)
      await dependencies.gate.close()
    },
  }
}
