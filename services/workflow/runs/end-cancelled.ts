import type { RunWriter } from '#shared/journal/journal.ts'
import { wireCodes, wireMessage } from '../definition/wire-codes.ts'
import type { RunEvent } from '../engine/run-events.ts'
import { finalState, isFinal, toJournalEvent, toRunEvent } from './run-event-log.ts'

/** Ends a run that its caller does not want any more, with a last event that says so. Both are stored together, or neither is. */
export const endCancelled = async (writer: RunWriter): Promise<void> => {
  const { code } = wireCodes.ENGINE_RUN_FAILED
  const message = wireMessage(wireCodes.ENGINE_RUN_FAILED, 'the run was cancelled')
  writer.append(toJournalEvent({ type: 'run-cancelled', code, message }))
  await writer.finish('cancelled')
}

/** The same for a run that nobody executes; one whose last event is there already only gets the state that it tells. */
export const endCancelledClaim = async (claimed: {
  writer: RunWriter
  events: readonly { type: string }[]
}): Promise<void> => {
  const last = claimed.events.at(-1)
  const event: RunEvent | undefined = last && toRunEvent(last)
  if (event && isFinal(event)) await claimed.writer.finish(finalState(event))
  else await endCancelled(claimed.writer)
}
