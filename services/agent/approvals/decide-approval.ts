import { setTimeout as sleep } from 'node:timers/promises'
import type { Caller } from '#shared/http/caller.ts'
import type { ClaimedRun } from '#shared/journal/journal.ts'
import { isFinal } from '#shared/journal/run-rows.ts'
import { toCallId } from '../chat/turn-frames.ts'
import { foldTurn, newTurnState, type TurnState } from '../loop/fold-turn.ts'
import type { ApprovalAsked, ApprovalDecided } from '../loop/turn-events.ts'
import { executeTurn, giveTurnBack } from '../turns/execute-turn.ts'
import { parkTurn, turnKey } from '../turns/park-turn.ts'
import type { StartTurnDependencies } from '../turns/start-turn.ts'
import { splitTurn, toJournalEvent } from '../turns/turn-journal.ts'
import { ApprovalChangedError, ApprovalDecidedError, ApprovalUnknownError, TurnBusyError } from './errors.ts'
import { findTurn } from './find-turn.ts'
import { approvalsOf, openApprovals } from './open-approvals.ts'

/** A turn that another worker is about to set aside takes decisions once it rests; until then the caller waits, at most this long. */
const DECIDE_MS_MAX = 20_000
const RETRY_MS_FIRST = 20
const RETRY_MS_MAX = 500

export interface Decision {
  turnId: string
  callId: string
  /** Of the call as it was read by who decides. */
  argumentsHash: string
  approve: boolean
  /** Told to the model where the call is refused. */
  reason: string
}

/**
 * Allows or refuses a call of a turn, wherever the turn is, and lets the turn go on once all calls are decided. Resolves once the decision is on
 * disk: from then on it counts, whatever happens to this process. Deciding again in the same way changes nothing. Throws TurnUnknownError,
 * ApprovalUnknownError, ApprovalChangedError for another hash, ApprovalDecidedError, TurnBusyError.
 */
export const decideApproval = async (
  dependencies: StartTurnDependencies,
  caller: Caller,
  request: { decision: Decision; signal: AbortSignal },
): Promise<void> => {
  const { decision, signal } = request
  const journal = await dependencies.journal()
  const deadline = performance.now() + DECIDE_MS_MAX
  for (let waitMs = RETRY_MS_FIRST; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
    const { header, state } = await findTurn(journal, caller, decision.turnId)
    if (judge(state, decision) === 'repeated') return
    if (isFinal(header.state)) throw new ApprovalUnknownError(decision.callId)
    const claimed = await journal.claimByKey(turnKey(decision.turnId))
    if (claimed) return decideClaimed(dependencies, claimed, decision)
    if (performance.now() > deadline) throw new TurnBusyError(decision.turnId)
    await sleep(waitMs, undefined, { signal })
  }
}

/** Whether the decision is new, or was made before. Throws for one that cannot be made. */
const judge = (state: TurnState, decision: Decision): ApprovalAsked | 'repeated' => {
  const approval = approvalsOf(state).find(({ asked }) => toCallId(asked.round, asked.index) === decision.callId)
  if (!approval) throw new ApprovalUnknownError(decision.callId)
  const { asked, decided } = approval
  if (asked.argumentsHash !== decision.argumentsHash) throw new ApprovalChangedError(asked.argumentsHash)
  if (decided && (decided.by === 'time' || decided.approved !== decision.approve))
    throw new ApprovalDecidedError(decided)
  if (decided) return 'repeated'
  if (Date.parse(asked.expiresAt) <= Date.now()) throw new ApprovalDecidedError({ approved: false, by: 'time' })
  return asked
}

const decideClaimed = async (
  dependencies: StartTurnDependencies,
  claimed: ClaimedRun,
  decision: Decision,
): Promise<void> => {
  const { writer } = claimed
  const { started, past } = splitTurn(claimed.events)
  let asked: ApprovalAsked | 'repeated'
  try {
    asked = judge(past.reduce(foldTurn, newTurnState()), decision)
  } catch (error) {
    await setAside(claimed)
    throw error
  }
  if (asked === 'repeated') return setAside(claimed)
  const { round, index, argumentsHash } = asked
  const decided: ApprovalDecided = {
    type: 'approval-decided',
    round,
    index,
    argumentsHash,
    approved: decision.approve,
    reason: decision.reason,
    by: 'caller',
  }
  writer.append(toJournalEvent(decided))
  dependencies.metrics.observe(decided)
  const heard = writer.durable()
  const { registry, logger } = dependencies
  registry.track(
    executeTurn(dependencies, { writer, started, past: [...past, decided] }, registry.stopping).catch(
      (error: unknown) => giveTurnBack(logger, writer, { error, isStopping: registry.stopping.aborted }),
    ),
  )
  await heard
}

/** As it was: until the first question of it that is open expires, or at once where one has. */
const setAside = async ({ writer, events }: ClaimedRun): Promise<void> => {
  const state = splitTurn(events).past.reduce(foldTurn, newTurnState())
  const ends = openApprovals(state, 0).map(({ expiresAt }) => Date.parse(expiresAt))
  await parkTurn(writer, ends.length > 0 ? Math.min(...ends) : Date.now())
}
