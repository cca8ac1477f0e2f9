import type { ToolCall } from '#shared/models/chat-model.ts'
import { needsApproval } from './approval-policy.ts'
import type { RoundState, TurnState } from './fold-turn.ts'
import { findTool } from './pinned-tool.ts'
import { mayUseTools, reachedLimit, whySkipped } from './stop-conditions.ts'
import type { ApprovalAsked, LimitName, TurnStarted } from './turn-events.ts'

export type Step =
  | AskModel
  /** Calls that may be made, or answered with a refusal, all at the same time. */
  | { type: 'run-tools'; round: number; calls: OpenCall[] }
  | { type: 'ask-approval'; round: number; calls: OpenCall[] }
  /** Nobody decided in time. */
  | { type: 'expire-approvals'; asked: ApprovalAsked[] }
  /** Nothing can be done before somebody decides or this moment comes (Unix milliseconds). */
  | { type: 'wait'; until: number }
  | { type: 'reach-limit'; limit: LimitName }
  | { type: 'finish' }
  | { type: 'nothing' }

export interface AskModel {
  type: 'ask-model'
  round: number
  withTools: boolean
  /** Of an answer that was interrupted. */
  delivered: Pick<RoundState, 'content' | 'written' | 'reasoning'>
}

export interface OpenCall {
  index: number
  call: ToolCall
  wasCalled: boolean
}

export interface Clock {
  /** Unix milliseconds. */
  now: number
  /** Milliseconds of work on the turn in this execution: one that waited for another worker is not to blame for it. */
  workedMs: number
}

/**
 * What a turn does next, from what it pinned and where it stands. Calls that nobody has to allow are made first; the others are asked for
 * together and made, or answered with the refusal, once all are decided. Pure.
 */
export const nextStep = (turn: TurnStarted, state: TurnState, clock: Clock): Step => {
  if (state.finished) return { type: 'nothing' }
  const round = Math.max(0, state.rounds.length - 1)
  const current = state.rounds[round]
  if (!current?.calls) return askModel(turn, state, { round, clock })
  const open = openCalls(current)
  if (open.length > 0) return doCalls(turn, state, { round, open, now: clock.now })
  const goesOn = current.calls.length > 0 || current.malformed !== undefined
  return goesOn ? askModel(turn, state, { round: round + 1, clock }) : { type: 'finish' }
}

const openCalls = ({ calls = [], called, results }: RoundState): OpenCall[] =>
  calls
    .map((call, index) => ({ index, call, wasCalled: called.some((event) => event.index === index) }))
    .filter(({ index }) => !results.some((result) => result.index === index))

const askModel = (turn: TurnStarted, state: TurnState, at: { round: number; clock: Clock }): Step => {
  const { round } = at
  const limit = reachedLimit(turn, state, { round, workedMs: at.clock.workedMs })
  if (limit) return { type: 'reach-limit', limit }
  const { content = '', written = '', reasoning = '' } = state.rounds[round] ?? {}
  return {
    type: 'ask-model',
    round,
    withTools: mayUseTools(round, turn, state),
    delivered: { content, written, reasoning },
  }
}

const doCalls = (turn: TurnStarted, state: TurnState, at: { round: number; open: OpenCall[]; now: number }): Step => {
  const { round, open, now } = at
  const current = state.rounds[round]
  const guarded = open.filter(
    ({ index, call }) =>
      needsApproval(turn.approval, findTool(turn.tools, call.name)) &&
      whySkipped(state, { round, index, call }) === undefined,
  )
  const free = open.filter((call) => !guarded.includes(call))
  if (free.length > 0) return { type: 'run-tools', round, calls: free }
  const asked = current?.asked ?? []
  const unasked = guarded.filter(({ index }) => !asked.some((event) => event.index === index))
  if (unasked.length > 0) return { type: 'ask-approval', round, calls: unasked }
  const undecided = asked.filter(({ index }) => !current?.decided.some((event) => event.index === index))
  if (undecided.length === 0) return { type: 'run-tools', round, calls: guarded }
  const expired = undecided.filter(({ expiresAt }) => Date.parse(expiresAt) <= now)
  if (expired.length > 0) return { type: 'expire-approvals', asked: expired }
  return { type: 'wait', until: Math.min(...undecided.map(({ expiresAt }) => Date.parse(expiresAt))) }
}
