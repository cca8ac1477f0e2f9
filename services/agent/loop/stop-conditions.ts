/** Tool calls of one answer that are made; further ones are answered with a refusal, so that the model sees it. */
export const CALLS_PER_ROUND_MAX = 16

/** True when tools may be offered in this round. Pure. */
export const mayUseTools = (
  round: number,
  turn: { tools: readonly unknown[]; limits: { roundsMax: number } },
): boolean => turn.tools.length > 0 && round < turn.limits.roundsMax
