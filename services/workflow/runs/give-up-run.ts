import type { ClaimedRun } from '#shared/journal/journal.ts'
import { wireCodes, wireMessage } from '../definition/wire-codes.ts'
import { toJournalEvent } from './run-event-log.ts'

/** Ends a run that cannot be executed, with a last event that says why. */
export const giveUpRun = async ({ writer }: Pick<ClaimedRun, 'writer'>, reason: string): Promise<void> => {
  const { code } = wireCodes.ENGINE_RUN_FAILED
  const message = wireMessage(wireCodes.ENGINE_RUN_FAILED, reason)
  writer.append(toJournalEvent({ type: 'run-failed', code, message }))
  await writer.finish('failed')
}
