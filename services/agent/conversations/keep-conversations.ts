import { setTimeout as sleep } from 'node:timers/promises'
import type { TurnStarted } from '../loop/turn-events.ts'
import { runQueuedTurns } from '../turns/run-queued-turns.ts'
import { enqueueAccepted } from './accept-message.ts'
import type { ConversationDependencies } from './conversation-dependencies.ts'
import { settleTurn } from './settle-turn.ts'
import { noteSummary, summariseNext } from './summarise-conversation.ts'

const KEEP_MS = 2_000
/** Younger ones are in the hands of the request that accepted them. */
const ACCEPTED_MS_MIN = 5_000
/** Turns and conversations that one look concerns itself with, each. */
const LOOK_MAX = 100

/** One look after conversations whose worker died, or whose asker left. Gives the place at which the next look goes on. */
export const keepConversations = async (
  dependencies: ConversationDependencies,
  look: { after: string; acceptedBefore: Date; signal: AbortSignal },
): Promise<string> => {
  const { conversations } = dependencies
  const journal = await dependencies.journal()
  const accepted = await conversations.listAccepted(look.acceptedBefore, LOOK_MAX)
  for (const { runId, started } of accepted) {
    // safe: written by accept-message.ts alone
    await enqueueAccepted(dependencies, journal, { runId, started: JSON.parse(started) as TurnStarted })
  }
  if (accepted.length > 0) await runQueuedTurns(dependencies, journal)

  const open = await conversations.listOpen(look.after, LOOK_MAX)
  for (const { id, openRunId } of open) {
    if (look.signal.aborted || openRunId === null) break
    if (await settleTurn(dependencies, { conversationId: id, runId: openRunId })) await noteSummary(dependencies, id)
  }
  while (!look.signal.aborted && (await summariseNext(dependencies, look.signal))) {
    // Until none is due.
  }
  return open.length < LOOK_MAX ? '' : (open.at(-1)?.id ?? '')
}

/** Looks every few seconds, on every worker; what one of them does the others find done. Returns the way to stop. */
export const startConversationKeeper = (
  dependencies: ConversationDependencies,
  { keepMs = KEEP_MS, acceptedMsMin = ACCEPTED_MS_MIN } = {},
): (() => Promise<void>) => {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async (): Promise<void> => {
    let after = ''
    while (!signal.aborted) {
      try {
        const acceptedBefore = new Date(Date.now() - acceptedMsMin)
        after = await keepConversations(dependencies, { after, acceptedBefore, signal })
      } catch (error) {
        if (!signal.aborted) dependencies.logger.warn({ err: error }, 'conversations could not be looked after')
      }
      await sleep(keepMs, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}
