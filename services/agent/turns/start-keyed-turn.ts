import { FencedError } from '#shared/journal/errors.ts'
import { TURN_KIND, type TurnStarted } from '../loop/turn-events.ts'
import { runQueuedTurns } from './run-queued-turns.ts'
import type { StartTurnDependencies } from './start-turn.ts'
import { splitTurn, toJournalEvent } from './turn-journal.ts'
import type { TurnKeyRepository } from './turn-key-repository.ts'

export interface StartKeyedTurnDependencies extends StartTurnDependencies {
  turnKeys: TurnKeyRepository
}

/**
 * Begins the turn of a key, or finds the one that an earlier request with it began: a caller that cannot know whether its question arrived asks again, and no
 * tool is called twice for it. The key's row is written first and names the turn's id, so whatever dies in between, the next request finds the turn or
 * the id under which it begins it.
 *
 * @param prepare pins what the turn depends on; not called when the turn exists
 */
export const startKeyedTurn = async (
  dependencies: StartKeyedTurnDependencies,
  { appId, key }: { appId: string; key: string },
  prepare: () => Promise<TurnStarted>,
): Promise<{ runId: string; sid: string }> => {
  const { turnKeys, metrics } = dependencies
  const journal = await dependencies.journal()
  const known = await turnKeys.find(appId, key)
  const sidOf = async (runId: string): Promise<string | undefined> => {
    const events = await journal.read(runId, -1)
    return events.length === 0 ? undefined : splitTurn(events.map(({ event }) => event)).started.sid
  }
  const begun = known === undefined ? undefined : await sidOf(known)
  if (known !== undefined && begun !== undefined) return { runId: known, sid: begun }

  const started = await prepare()
  const runId = known ?? (await turnKeys.claim({ appId, key, runId: journal.nextRunId() }))
  const run = { kind: TURN_KIND, appId: started.appId, subjectId: started.botId, subjectVersion: '' }
  try {
    await journal.enqueue(run, [toJournalEvent(started)], { runId })
  } catch (error) {
    const sid = error instanceof FencedError ? await sidOf(runId) : undefined
    // Somebody else began it, unless this whole worker was taken over.
    if (sid === undefined) throw error
    return { runId, sid }
  }
  metrics.observe(started)
  await runQueuedTurns(dependencies, journal)
  return { runId, sid: started.sid }
}
