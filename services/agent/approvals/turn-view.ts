import type { RunHeader } from '#shared/journal/journal.ts'
import { toCallId } from '../chat/turn-frames.ts'
import type { RoundState, TurnState } from '../loop/fold-turn.ts'
import { findTool } from '../loop/pinned-tool.ts'
import type { ApprovalAsked, TurnEvent, TurnStarted } from '../loop/turn-events.ts'
import type { FoundTurn } from './find-turn.ts'
import { openApprovals } from './open-approvals.ts'

/** A turn as its caller may see it. */
export const toTurn = ({ header, started, state }: FoundTurn) => ({
  id: header.id,
  state: header.state,
  appId: header.appId,
  botId: started.botId,
  conversationId: started.conversationId ?? null,
  createdAt: header.createdAt.toISOString(),
  finishedAt: header.finishedAt?.toISOString() ?? null,
  answer: {
    content: state.rounds.map(({ content }) => content).join(''),
    reasoning: state.rounds.map(({ reasoning }) => reasoning).join(''),
  },
  calls: state.rounds.flatMap((round, index) => callsOf(started, round, index)),
  approvals: openApprovals(state, Date.now()).map(toApproval),
  citations: state.finished?.citations ?? [],
  limit: state.limit ?? null,
  usage: state.usage,
  error: errorOf(header, state),
})

const callsOf = (started: TurnStarted, round: RoundState, number: number) =>
  (round.calls ?? []).map((call, index) => {
    const result = round.results.find((event) => event.index === index)
    return {
      callId: toCallId(number, index),
      name: call.name,
      kind: findTool(started.tools, call.name)?.reference.kind ?? null,
      arguments: call.arguments,
      state: stateOf(round, index),
      result: result ? { text: result.text, failed: result.failed } : null,
    }
  })

const stateOf = (round: RoundState, index: number): 'open' | 'waiting' | 'running' | 'done' => {
  const has = (events: readonly { index: number }[]) => events.some((event) => event.index === index)
  if (has(round.results)) return 'done'
  if (has(round.called)) return 'running'
  return has(round.asked) && !has(round.decided) ? 'waiting' : 'open'
}

const errorOf = (header: RunHeader, { finished }: TurnState) => {
  if (finished) return finished.code === 0 ? null : { code: finished.code, message: finished.message }
  return header.failure === undefined ? null : { code: 40500, message: header.failure }
}

/** A question for a person. */
export const toApproval = ({ round, index, name, arguments: input, argumentsHash, expiresAt }: ApprovalAsked) => ({
  callId: toCallId(round, index),
  name,
  arguments: input,
  argumentsHash,
  expiresAt,
})

/** An event as a client may read it: what the turn pinned of models and tools stays inside. */
export const toPublicEvent = (event: TurnEvent): Record<string, unknown> => {
  if (event.type !== 'started') return { ...event }
  const { sid, appId, botId, uid, caller, startedAt, conversationId, unavailable, limits } = event
  const tools = event.tools.map(({ definition, hasEffect, reference }) => ({
    name: definition.name,
    kind: reference.kind,
    hasEffect,
  }))
  return { type: 'started', sid, appId, botId, uid, caller, startedAt, conversationId, tools, unavailable, limits }
}
