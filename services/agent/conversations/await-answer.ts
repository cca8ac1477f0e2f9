import type { MessageRow } from '../tables.ts'
import { followTurn } from '../turns/follow-turn.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { type OpenTurn, settleTurn } from './settle-turn.ts'
import { noteSummary } from './summarise-conversation.ts'

/** Waits for the answer of a turn and settles it. Undefined when the reader left (`signal`). */
export const awaitAnswer = async (
  dependencies: ConversationDependencies,
  turn: OpenTurn,
  options: { signal: AbortSignal; untilApproval?: boolean },
): Promise<MessageRow | undefined> => {
  const journal = await dependencies.journal()
  for await (const event of followTurn(journal, turn.runId, options.signal)) {
    if (event.type === 'finished' || (options.untilApproval && event.type === 'approval-asked')) break
  }
  if (options.signal.aborted) return undefined
  const message = await settleTurn(dependencies, turn)
  if (message) await noteSummary(dependencies, turn.conversationId)
  return message
}

/**
 * Settles a turn in the background as soon as it ends, whether or not anybody listens. One that waits for a person may wait for a day: the keeper
 * settles that.
 */
export const settleInBackground = (dependencies: ConversationDependencies, turn: OpenTurn): void => {
  const { registry, logger } = dependencies
  registry.track(
    awaitAnswer(dependencies, turn, { signal: registry.stopping, untilApproval: true }).then(
      () => undefined,
      (error: unknown) => logger.warn({ err: error, runId: turn.runId }, 'turn could not be settled'),
    ),
  )
}
