import type { Journal } from '#shared/journal/journal.ts'
import { TURN_KIND } from '../loop/turn-events.ts'
import { executeTurn, giveTurnBack } from './execute-turn.ts'
import type { StartTurnDependencies } from './start-turn.ts'
import { splitTurn } from './turn-journal.ts'

/** Turns that one look takes: the one that was just stored, and some that others left. */
const TAKEN_MAX = 4

/** Takes turns that are ready and runs them here, in the background. Resolves once they are taken; whatever goes wrong leaves them to others. */
export const runQueuedTurns = async (dependencies: StartTurnDependencies, journal: Journal): Promise<void> => {
  const { registry, logger } = dependencies
  if (registry.stopping.aborted) return
  try {
    for (const { writer, events } of await journal.claim([TURN_KIND], TAKEN_MAX)) {
      const { started, past } = splitTurn(events)
      registry.track(
        executeTurn(dependencies, { writer, started, past }, registry.stopping).catch((error: unknown) =>
          giveTurnBack(logger, writer, { error, isStopping: registry.stopping.aborted }),
        ),
      )
    }
  } catch (error) {
    logger.warn({ err: error }, 'queued turns could not be taken')
  }
}
