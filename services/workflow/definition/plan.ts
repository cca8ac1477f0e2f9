import type { JsonSchemaCheck } from '#shared/json-schema/compile-json-schema.ts'
import type { NodeBehaviour } from '../engine/node-execution.ts'
import type { PathStep } from '../templates/template.ts'
import type { PathWeights } from './path-weights.ts'
import type { RetryPolicy } from './retry-policy.ts'

/**
 * A flow, compiled: immutable and shared by all of its runs. Only nodes that can be reached from the start node are in it; nodes name each
 * other by their index.
 */
export interface Plan {
  readonly nodes: readonly PlanNode[]
  readonly indexById: ReadonlyMap<string, number>
  /** Index of the start node. */
  readonly start: number
  readonly weights: PathWeights
  /** Every node of the bodies inside, at any depth, by id. */
  readonly inner: ReadonlyMap<string, PlanNode>
}

export interface PlanNode {
  readonly index: number
  readonly id: string
  readonly type: string
  readonly alias: string
  readonly inputs: readonly InputBinding[]
  readonly outputs: readonly OutputDeclaration[]
  readonly behaviour: NodeBehaviour
  /** What an iteration or a loop runs in each round. Its nodes may read those of the plans around it. */
  readonly body: Plan | undefined
  /** Undefined unless the node's error handling is switched on and its kind knows it. */
  readonly retry: RetryPolicy | undefined
  readonly edges: readonly PlanEdge[]
  /** Number of edges that lead here. */
  readonly incoming: number
  /** Output nodes that show something of this one. */
  readonly readers: readonly number[]
  /** Those of them that begin as soon as this one does. */
  readonly earlyReaders: readonly number[]
  /** Output nodes that may not begin before this one is decided. */
  readonly gateOf: readonly number[]
  /** Number of nodes that have this one in `gateOf`. */
  readonly gates: number
  /** `ext.answer_mode` of the chunks: the end node's output mode. */
  readonly answerMode: number | undefined
  /** Set on output nodes: what they show, in order. */
  readonly show: ShowPlan | undefined
}

/** A node before the output nodes are linked to what they read. */
export type DraftNode = Omit<PlanNode, 'readers' | 'earlyReaders' | 'gateOf' | 'gates' | 'show'>

export interface PlanEdge {
  readonly target: number
  /** Text after the handle's `|`; '' on plain edges. */
  readonly handle: string
  /** True for an exception edge, taken only when the source failed. */
  readonly onFailure: boolean
}

export interface OutputDeclaration {
  readonly name: string
  readonly required: boolean
  readonly schema: Readonly<Record<string, unknown>>
  readonly initial: unknown
  readonly check: JsonSchemaCheck
  readonly fileType: string | undefined
  /** Of a file: what kind of file it may be. */
  readonly fileKind?: string | undefined
}

/** Where an input's value comes from. `broken` ones fail the node that reads them. */
export type InputBinding = { readonly name: string; readonly id: string } & (
  | { readonly from: 'literal'; readonly value: unknown }
  | { readonly from: 'node'; readonly node: number; readonly output: string; readonly steps: readonly ReferenceStep[] }
  | {
      readonly from: 'outer'
      /** How many plans further out the node is. */
      readonly levels: number
      readonly node: number
      readonly output: string
      readonly steps: readonly ReferenceStep[]
    }
  | { readonly from: 'unreached'; readonly value: unknown }
  | { readonly from: 'broken'; readonly reason: string }
)

/** One key of a reference path below an output; `initial` is the value of a missing key. */
export interface ReferenceStep {
  readonly key: string
  readonly initial: unknown
}

export interface ShowPlan {
  readonly reasoning: readonly ShowUnit[]
  readonly answer: readonly ShowUnit[]
  /** False: one piece at the end. */
  readonly streamed: boolean
}

/** A piece of an output template. A unit with `stream` is shown token by token as its source produces it. */
export type ShowUnit =
  | { readonly text: string }
  | {
      readonly input: string
      readonly steps: readonly PathStep[]
      /** Node that must be finished (or streams); undefined when the value is known from the beginning. */
      readonly source: number | undefined
      readonly stream: 'text' | 'reasoning' | undefined
    }

/** A node of a flow or of a body inside, by id. */
export const findPlanNode = (plan: Plan, nodeId: string): PlanNode | undefined =>
  plan.nodes[plan.indexById.get(nodeId) ?? -1] ?? plan.inner.get(nodeId)
