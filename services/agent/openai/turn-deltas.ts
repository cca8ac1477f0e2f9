import type { Journal } from '#shared/journal/journal.ts'
import type { ChatDelta } from '#shared/models/chat-model.ts'
import { TurnFailedError } from '../errors.ts'
import { followTurn } from '../turns/follow-turn.ts'

/**
 * A turn as if one model answered it. The agent's own tool calls stay inside: a client of the façade would try to run them.
 * Throws TurnFailedError when the turn failed.
 */
export async function* turnDeltas(journal: Journal, runId: string, signal: AbortSignal): AsyncGenerator<ChatDelta> {
  for await (const event of followTurn(journal, runId, signal)) {
    if (event.type === 'model-delta') {
      if (event.reasoning !== '') yield { type: 'reasoning', text: event.reasoning }
      if (event.content !== '') yield { type: 'text', text: event.content }
    }
    if (event.type !== 'finished') continue
    if (event.code !== 0) throw new TurnFailedError(event.message)
    yield { type: 'finish', reason: 'stop', usage: event.usage }
  }
}
