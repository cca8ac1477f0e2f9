import type { PlanNode } from '../definition/plan.ts'
import type { ContainerDriver } from './container-driver.ts'
import type { NodePast, Token } from './fold-past.ts'
import type { NodeReply } from './node-execution.ts'
import type { RunShow } from './run-show.ts'

/**
 * One node in one run.
 *
 * ```
 * waiting --> running --> settled
 *    \------> skipped
 * ```
 */
export interface NodeState {
  phase: 'waiting' | 'running' | 'settled' | 'skipped'
  /** Every edge that leads here is settled, and one was followed. */
  isReady: boolean
  /** A node that it shows has begun. */
  isWanted: boolean
  /** Earlier nodes that must be decided before an early begin. */
  gatesLeft: number
  /** Ended, skipped, or past its first token. */
  isDecided: boolean
  beganAt: number
  /** Values of its inputs, once they were read. */
  inputs: Record<string, unknown>
  readonly tokens: Token[]
  deltasToSkip: number
  /** How its waits ended so far. */
  readonly replies: NodeReply[]
  /** The wait that it is in. */
  eventId: string | undefined
  show: RunShow | undefined
  /** Its rounds, of a container node. */
  driver: ContainerDriver | undefined
  readonly past: NodePast | undefined
}

export const createNodeState = (node: PlanNode, past: NodePast | undefined): NodeState => ({
  phase: 'waiting',
  isReady: false,
  isWanted: false,
  gatesLeft: node.gates,
  isDecided: false,
  beganAt: 0,
  inputs: {},
  tokens: past ? [...past.tokens] : [],
  deltasToSkip: past?.deltas ?? 0,
  replies: past ? [...past.replies] : [],
  eventId: undefined,
  show: undefined,
  driver: undefined,
  past,
})

export const elapsedMs = (state: NodeState): number => performance.now() - state.beganAt
