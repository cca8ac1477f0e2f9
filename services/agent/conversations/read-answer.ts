import type { TokenUsage } from '#shared/models/chat-model.ts'
import { foldTurn, newTurnState, type TurnState } from '../loop/fold-turn.ts'
import type { Citation, TurnEvent } from '../loop/turn-events.ts'

/** A tool that was called for an answer. */
export interface MessageCall {
  name: string
  /** JSON text, as the model wrote it. */
  arguments: string
  /** What the tool said, cut to RESULT_CHARS_MAX. */
  result: string
  failed: boolean
}

/** What a turn came to, as its conversation keeps it. */
export interface TurnAnswer {
  content: string
  reasoning: string
  calls: MessageCall[]
  citations: Citation[]
  usage: TokenUsage
  /** Why the answer is not whole; null when it is. */
  failure: { code: number; message: string } | null
}

/** Characters of a tool's result beside an answer; the whole one is among the turn's events. */
const RESULT_CHARS_MAX = 2_000

/** The answer of a turn that has ended; undefined while it has not. Pure. */
export const readAnswer = (events: readonly TurnEvent[]): TurnAnswer | undefined => {
  const state = events.reduce(foldTurn, newTurnState())
  const { finished } = state
  if (!finished) return undefined
  return {
    ...told(state),
    citations: finished.citations ?? [],
    usage: finished.usage,
    failure: finished.code === 0 ? null : { code: finished.code, message: finished.message },
  }
}

/** The answer of a turn that the journal ended without a last event. Pure. */
export const readBrokenAnswer = (events: readonly TurnEvent[], why: string): TurnAnswer => {
  const state = events.reduce(foldTurn, newTurnState())
  return { ...told(state), citations: [], usage: state.usage, failure: { code: 40500, message: why } }
}

/** What was shown: words before a call are part of the answer to whoever read them. */
const told = ({ rounds }: TurnState) => ({
  content: rounds
    .map(({ content }) => content.trim())
    .filter((content) => content !== '')
    .join('\n\n'),
  reasoning: rounds.map(({ reasoning }) => reasoning).join(''),
  calls: rounds.flatMap((round) =>
    (round.calls ?? []).map((call, index) => {
      const result = round.results.find((candidate) => candidate.index === index)
      return {
        name: call.name,
        arguments: call.arguments,
        result: (result?.text ?? '').slice(0, RESULT_CHARS_MAX),
        failed: result?.failed ?? true,
      }
    }),
  ),
})
