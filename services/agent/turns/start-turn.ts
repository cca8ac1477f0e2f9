import type { Journal } from '#shared/journal/journal.ts'
import { BusyError } from '../errors.ts'
import { TURN_KIND, type TurnStarted } from '../loop/turn-events.ts'
import { type ExecuteTurnDependencies, executeTurn, giveTurnBack } from './execute-turn.ts'
import { toJournalEvent } from './turn-journal.ts'
import type { TurnRegistry } from './turn-registry.ts'

/** Turns that one process runs at once for requests: each holds a model's stream and a client's. */
export const TURNS_RUNNING_MAX = 5_000

export interface StartTurnDependencies extends ExecuteTurnDependencies {
  journal: () => Promise<Journal>
  registry: TurnRegistry
}

/**
 * Begins a turn and resolves with its run id once the beginning is on disk: from then on it reaches its end whatever happens to this process
 * or to the client. Throws BusyError when too many turns run already.
 */
export const startTurn = async (dependencies: StartTurnDependencies, started: TurnStarted): Promise<string> => {
  const { registry, logger, metrics } = dependencies
  if (registry.size >= TURNS_RUNNING_MAX) throw new BusyError(TURNS_RUNNING_MAX)
  const journal = await dependencies.journal()
  const writer = journal.start({ kind: TURN_KIND, appId: started.appId, subjectId: started.botId, subjectVersion: '' })
  writer.append(toJournalEvent(started))
  metrics.observe(started)
  // Begun before the first event is on disk: the model is slower than the disk.
  const accepted = writer.durable()
  registry.track(
    executeTurn(dependencies, { writer, started, past: [] }, registry.stopping).catch((error: unknown) =>
      giveTurnBack(logger, writer, { error, isStopping: registry.stopping.aborted }),
    ),
  )
  await accepted
  return writer.runId
}
