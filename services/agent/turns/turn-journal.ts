import type { JournalEvent } from '#shared/journal/journal.ts'
import type { TurnEvent, TurnStarted } from '../loop/turn-events.ts'
import { upgradeTurnStarted } from '../loop/upgrade-turn.ts'

/** Turn events are plain JSON with a `type`, which is all that the journal asks for. */
export const toJournalEvent = (event: TurnEvent): JournalEvent => ({ ...event })

/** Events of a run of kind `agent`, which this service alone writes, in today's shape. */
export const toTurnEvent = (event: JournalEvent): TurnEvent => {
  const stored = event as unknown as TurnEvent
  return stored.type === 'started' ? upgradeTurnStarted(stored) : stored
}

/** Splits the stored events of a turn. Throws when event 0 is not its beginning. */
export const splitTurn = (events: readonly JournalEvent[]): { started: TurnStarted; past: TurnEvent[] } => {
  const [first, ...past] = events.map(toTurnEvent)
  if (first?.type !== 'started') throw new Error('The journal of an agent turn does not begin with its start.')
  return { started: first, past }
}
