/** Rounds with tools on the wire's chat route; a caller that says itself is held to this many too. */
export const ROUNDS_MAX = 30
/** Tool calls of one answer that are made; further ones are answered with a refusal, so that the model sees it. */
export const CALLS_PER_ROUND_MAX = 16
/** One turn, rounds and tools together. */
export const TURN_MS_MAX = 600_000

/** True when tools may be offered in this round. Pure. */
export const mayUseTools = (round: number, turn: { toolIds: readonly string[]; roundsMax: number }): boolean =>
  turn.toolIds.length > 0 && round < Math.min(turn.roundsMax, ROUNDS_MAX)
