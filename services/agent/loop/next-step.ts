import type { ToolCall } from '#shared/models/chat-model.ts'
import type { RoundState, TurnState } from './fold-turn.ts'
import { mayUseTools } from './stop-conditions.ts'
import type { TurnStarted } from './turn-events.ts'

export type Step =
  | { type: 'ask-model'; round: number; withTools: boolean; delivered: { content: string; reasoning: string } }
  | { type: 'run-tool'; round: number; index: number; call: ToolCall; wasCalled: boolean }
  | { type: 'finish' }
  | { type: 'nothing' }

/** What a turn does next, from what it pinned and where it stands: ask, run the calls one after another, ask again, finish. Pure. */
export const nextStep = (turn: Pick<TurnStarted, 'tools' | 'limits'>, state: TurnState): Step => {
  if (state.finished) return { type: 'nothing' }
  const round = Math.max(0, state.rounds.length - 1)
  const current = state.rounds[round]
  if (!current?.calls) return askModel(turn, round, current)

  const open = current.calls.findIndex((_, index) => !current.results.some((result) => result.index === index))
  const call = current.calls[open]
  if (call) {
    return { type: 'run-tool', round, index: open, call, wasCalled: current.called.some(({ index }) => index === open) }
  }
  return current.calls.length > 0 ? askModel(turn, round + 1, undefined) : { type: 'finish' }
}

const askModel = (
  turn: Pick<TurnStarted, 'tools' | 'limits'>,
  round: number,
  current: RoundState | undefined,
): Step => ({
  type: 'ask-model',
  round,
  withTools: mayUseTools(round, turn),
  delivered: { content: current?.content ?? '', reasoning: current?.reasoning ?? '' },
})
