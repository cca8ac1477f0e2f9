import type { Plan } from '../definition/plan.ts'
import type { NodeCompleted, NodeFailed, RunEvent } from './run-events.ts'

type NodeEvent = Extract<RunEvent, { nodeId: string }>

export interface Token {
  readonly text: string
  readonly reasoning: string
}

/** What an interrupted run already did to one node. */
export interface NodePast {
  started: boolean
  tokens: Token[]
  /** Chunks that were shown. */
  deltas: number
  completed: NodeCompleted | undefined
}

export interface RunPast {
  /** By plan index. */
  readonly nodes: readonly (NodePast | undefined)[]
  readonly failed: NodeFailed | undefined
  /** True when the run's last event is there. */
  readonly isOver: boolean
  /** The output node in the middle of its text. */
  readonly shown: number | undefined
}

/** Folds the events of an interrupted run. Throws when they name a node that the plan does not have. */
export const foldPast = (plan: Plan, events: readonly RunEvent[]): RunPast => {
  const nodes: (NodePast | undefined)[] = []
  let failed: NodeFailed | undefined
  let isOver = false
  let shown: number | undefined

  for (const event of events) {
    if (event.type === 'run-completed' || event.type === 'run-failed' || event.type === 'run-cancelled') isOver = true
    if (!('nodeId' in event)) continue
    const index = plan.indexById.get(event.nodeId)
    if (index === undefined) throw new Error(`the run's plan has no node ${event.nodeId}`)
    if (event.type === 'node-failed') failed = event
    nodes[index] ??= { started: false, tokens: [], deltas: 0, completed: undefined }
    foldNodeEvent(nodes[index], event)
    if (plan.nodes[index]?.show) shown = event.type === 'node-completed' ? undefined : index
  }
  return { nodes, failed, isOver, shown }
}

const foldNodeEvent = (past: NodePast, event: NodeEvent): void => {
  switch (event.type) {
    case 'node-started':
      past.started = true
      break
    case 'node-delta':
      past.deltas += 1
      break
    case 'model-delta':
      past.tokens.push({ text: event.content, reasoning: event.reasoning })
      break
    case 'node-completed':
      past.completed = event
      break
    case 'node-failed':
      break
  }
}

/** What a producer already delivered, as whole texts. */
export const joinTokens = (past: NodePast | undefined): { text: string; reasoning: string } => ({
  text: past?.tokens.map((token) => token.text).join('') ?? '',
  reasoning: past?.tokens.map((token) => token.reasoning).join('') ?? '',
})
