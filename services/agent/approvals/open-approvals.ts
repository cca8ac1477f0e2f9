import type { TurnState } from '../loop/fold-turn.ts'
import type { ApprovalAsked, ApprovalDecided } from '../loop/turn-events.ts'

/** A question for a person, and what became of it. */
export interface Approval {
  asked: ApprovalAsked
  decided: ApprovalDecided | undefined
}

/** All questions of a turn, oldest first. Pure. */
export const approvalsOf = (state: TurnState): Approval[] =>
  state.rounds.flatMap(({ asked, decided }) =>
    asked.map((question) => ({
      asked: question,
      decided: decided.find(({ index }) => index === question.index),
    })),
  )

/** Those that nobody has answered and whose time is not over. Pure. */
export const openApprovals = (state: TurnState, now: number): ApprovalAsked[] =>
  approvalsOf(state)
    .filter(({ asked, decided }) => !decided && Date.parse(asked.expiresAt) > now)
    .map(({ asked }) => asked)
