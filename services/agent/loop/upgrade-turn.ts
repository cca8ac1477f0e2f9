import { createBuiltInToolbox } from '../toolbox/toolbox.ts'
import type { PinnedTool } from './pinned-tool.ts'
import type { TurnStarted } from './turn-events.ts'
import { ROUNDS_MAX, TURN_MS_MAX } from './turn-limits.ts'

/** What a turn pinned in versions that knew built-in tools alone. */
export interface OldTurnStarted
  extends Omit<
    TurnStarted,
    'instructions' | 'calling' | 'tools' | 'unavailable' | 'onBrokenSource' | 'knowledge' | 'limits' | 'approval'
  > {
  instruction: string
  toolIds: string[]
  roundsMax: number
}

const toolbox = createBuiltInToolbox()

/** Event 0 as it is today: a turn that an older version began goes on. Pure. */
export const upgradeTurnStarted = (event: TurnStarted | OldTurnStarted): TurnStarted => {
  if ('tools' in event) return event
  const { instruction, toolIds, roundsMax, ...rest } = event
  return {
    ...rest,
    instructions: { reasoning: instruction, answer: instruction },
    calling: 'native',
    tools: toolIds.flatMap(pinBuiltIn),
    unavailable: [],
    onBrokenSource: 'fail',
    knowledge: { chunks: [], cite: false },
    limits: { roundsMax: Math.min(roundsMax, ROUNDS_MAX), msMax: TURN_MS_MAX },
    approval: 'never',
  }
}

/** A built-in tool as turns pin it; none when there is no such tool. */
export const pinBuiltIn = (toolId: string): PinnedTool[] => {
  const tool = toolbox.find(toolId)
  return tool
    ? [{ definition: tool.definition, hasEffect: tool.hasEffect, reference: { kind: 'builtin', toolId } }]
    : []
}
