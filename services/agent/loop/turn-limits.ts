/** What a turn may take. Each limit that is reached ends the use of tools: the answer model then answers with what is known. */
export interface TurnLimits {
  /** Rounds with tools. 0: none are offered. */
  roundsMax: number
  /** Milliseconds of work, the wait for people not counted. */
  msMax: number
  /** Tokens of all rounds together. Absent: no limit. */
  tokensMax?: number
  /** In the currency of the models' prices. Absent: no limit. */
  costMax?: number
  /** Milliseconds that a call may wait for a person; then it counts as refused. Absent: APPROVAL_MS_MAX. */
  approvalMsMax?: number
}

/** Rounds with tools on the wire's chat route; a caller that says itself is held to this many too. */
export const ROUNDS_MAX = 30
/** A day: who was asked yesterday does not remember what for. */
export const APPROVAL_MS_MAX = 86_400_000
/** One turn, rounds and tools together. */
export const TURN_MS_MAX = 600_000

export const DEFAULT_LIMITS: TurnLimits = { roundsMax: ROUNDS_MAX, msMax: TURN_MS_MAX }
