import type { ToolCall } from '#shared/models/chat-model.ts'
import type { RoundState, TurnState } from './fold-turn.ts'
import type { LimitName, TurnStarted } from './turn-events.ts'

/** Tool calls of one answer that are made; further ones are answered with a refusal, so that the model sees it. */
export const CALLS_PER_ROUND_MAX = 16
/** A call with the same name and arguments is made so many times in a turn; then the model is told that nothing new will come. */
const REPEATS_MAX = 3
/** When it calls on nevertheless, this many times in all, tools are taken from it. */
const REPEATS_IGNORED_MAX = 5
/** Answers in a row that are in no form: the first is repaired by asking again. */
const MALFORMED_MAX = 2

const NANO = 1e9

/** True when tools may be offered in this round. Pure. */
export const mayUseTools = (
  round: number,
  turn: { tools: readonly unknown[]; limits: { roundsMax: number } },
  state: Pick<TurnState, 'limit'>,
): boolean => turn.tools.length > 0 && round < turn.limits.roundsMax && state.limit === undefined

/** The limit that a turn has reached when it is about to ask its model in `round`; undefined for none. Pure. */
export const reachedLimit = (
  turn: Pick<TurnStarted, 'tools' | 'limits'>,
  state: TurnState,
  at: { round: number; workedMs: number },
): LimitName | undefined => {
  if (turn.tools.length === 0 || state.limit !== undefined) return undefined
  const { roundsMax, msMax, tokensMax, costMax } = turn.limits
  if (at.round >= roundsMax) return 'rounds'
  if (at.workedMs >= msMax) return 'time'
  if (tokensMax !== undefined && state.usage.totalTokens >= tokensMax) return 'tokens'
  if (costMax !== undefined && state.costNano >= costMax * NANO) return 'cost'
  const before = state.rounds.slice(0, at.round)
  if (before.slice(-MALFORMED_MAX).filter(({ malformed }) => malformed !== undefined).length === MALFORMED_MAX) {
    return 'format'
  }
  const last = before.at(-1)
  return last?.calls?.some((call) => countSame(before, call) > REPEATS_IGNORED_MAX) ? 'repeats' : undefined
}

/** Why a call is not made at all, in words for the model; undefined when it is. Pure. */
export const whySkipped = (
  state: TurnState,
  at: { round: number; index: number; call: ToolCall },
): string | undefined => {
  if (at.index >= CALLS_PER_ROUND_MAX) return `Not called: at most ${CALLS_PER_ROUND_MAX} tools are called at once.`
  if (countSame(state.rounds.slice(0, at.round), at.call) < REPEATS_MAX) return undefined
  return `Not called: it was called with these arguments ${REPEATS_MAX} times in this turn. Use what it said, call something else, or answer.`
}

const countSame = (rounds: readonly RoundState[], { name, arguments: input }: ToolCall): number =>
  rounds.reduce(
    (count, { calls = [] }) => count + calls.filter((call) => call.name === name && call.arguments === input).length,
    0,
  )
