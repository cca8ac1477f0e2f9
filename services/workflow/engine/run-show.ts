import type { PlanNode, ShowUnit } from '../definition/plan.ts'
import { followPath, renderValue } from '../templates/render-template.ts'
import type { NodeState } from './node-state.ts'
import { resolveInput, type VariablePool } from './resolve-inputs.ts'
import { createShowWalk } from './show-walk.ts'

/** An output node at work. */
export interface RunShow {
  /**
   * Shows what is known. Once everything was shown and the node's turn has come, returns the text of its end frame.
   * Throws when a value cannot be read.
   */
  advance(isReady: boolean): { content: string; reasoning: string } | undefined
}

interface RunShowOptions {
  node: PlanNode
  pool: VariablePool
  states: readonly NodeState[]
  show: (chunk: { content: string; reasoning: string }) => void
}

export const createRunShow = ({ node, pool, states, show }: RunShowOptions): RunShow => {
  const shown = node.show ?? { reasoning: [], answer: [], streamed: false }

  const render = (unit: ShowUnit): string => {
    if ('text' in unit) return unit.text
    const input = node.inputs.find((binding) => binding.name === unit.input)
    return renderValue(followPath(input && resolveInput(input, pool), unit.steps), 'json')
  }
  const renderAll = (units: readonly ShowUnit[]): string => units.map(render).join('')

  if (!shown.streamed) {
    return {
      advance: (isReady) =>
        isReady ? { content: renderAll(shown.answer), reasoning: renderAll(shown.reasoning) } : undefined,
    }
  }
  const walk = createShowWalk(shown, {
    isSettled: (index) => states[index]?.phase === 'settled' || states[index]?.phase === 'skipped',
    tokens: (index) => states[index]?.tokens ?? [],
    render,
    show,
  })
  return {
    advance: (isReady) => (walk.advance() && isReady ? { content: walk.lastPiece, reasoning: '' } : undefined),
  }
}
