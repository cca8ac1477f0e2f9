import type { NodeBehaviour } from '../engine/node-execution.ts'
import type { NodeKind } from '../nodes/node-kind.ts'
import { nodeRegistry } from '../nodes/node-registry.ts'
import { bindInputs, initialValue, type ReferenceTarget } from './bind-inputs.ts'
import { buildGraph, type FlowGraph, typeOfNode } from './build-graph.ts'
import { orderReachable } from './find-cycles.ts'
import { completeFixedOutputs } from './fixed-outputs.ts'
import type { FlowDefinition, OutputDefinition } from './flow-definition.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { compileJsonSchema } from './json-schema.ts'
import { linkOutputNodes } from './link-output-nodes.ts'
import { weighPaths } from './path-weights.ts'
import type { DraftNode, OutputDeclaration, Plan, PlanEdge } from './plan.ts'
import { type RetryPolicy, readRetryPolicy } from './retry-policy.ts'
import { wireCodes } from './wire-codes.ts'

export type { Plan } from './plan.ts'

/**
 * Compiles a flow to its immutable plan, once per version; runs share it. Everything that can be known before a run is decided here: order,
 * bindings, templates, schemas, weights. Throws FlowProtocolError.
 */
export const compilePlan = (
  definition: FlowDefinition,
  registry: ReadonlyMap<string, NodeKind> = nodeRegistry,
): Plan => {
  const graph = buildGraph(definition)
  const kinds = graph.nodes.map((node) => findKind(node.id, registry))
  const order = orderNodes(graph)
  const planIndex = new Map(order.map((node, index) => [node, index]))
  const outputs = graph.nodes.map((node) => node.data.outputs.map(declareOutput))

  const find = (nodeId: string): ReferenceTarget | undefined => {
    const index = graph.indexById.get(nodeId)
    return index === undefined ? undefined : { index: planIndex.get(index), outputs: outputs[index] ?? [] }
  }
  const incoming = countIncoming(graph, order)

  const drafts = graph.nodes.map((node, index): DraftNode => {
    const kind = kinds[index] as NodeKind
    const declared = outputs[index] ?? []
    const inputs = bindInputs(node.id, node.data.inputs, find)
    const behaviour = kind.build(
      { id: node.id, inputs, inputNames: new Set(inputs.map((input) => input.name)), outputs: declared },
      node.data.nodeParam ?? {},
    )
    return {
      index: planIndex.get(index) ?? -1,
      id: node.id,
      type: kind.type,
      alias: node.data.nodeMeta.aliasName,
      inputs,
      outputs: declared,
      behaviour,
      retry: kind.handlesErrors ? readPolicy(node.id, node.data.retryConfig, declared) : undefined,
      edges: (graph.edges[index] ?? []).map(
        (edge): PlanEdge => ({ ...edge, target: planIndex.get(edge.target) ?? -1 }),
      ),
      incoming: incoming[index] ?? 0,
      answerMode: answerModeOf(behaviour),
    }
  })
  for (const draft of drafts) refuseUnreachedOutput(draft)

  const reachable = order.map((node) => drafts[node]).filter((draft) => draft !== undefined)
  return {
    nodes: linkOutputNodes(reachable),
    indexById: new Map(reachable.map((draft) => [draft.id, draft.index])),
    start: 0,
    weights: weighPaths(
      reachable.map((draft) => draft.index),
      reachable.map((draft) => [...new Set(draft.edges.map((edge) => edge.target))]),
    ),
  }
}

const findKind = (id: string, registry: ReadonlyMap<string, NodeKind>): NodeKind => {
  const kind = registry.get(typeOfNode(id))
  if (kind) return kind
  throw new FlowProtocolError(`unsupported node type: ${typeOfNode(id)}`, wireCodes.NODE_PROTOCOL_INVALID)
}

/** Plan order: the start first, every edge forward. */
const orderNodes = (graph: FlowGraph): readonly number[] => {
  const found = orderReachable(
    graph.start,
    graph.edges.map((edges) => edges.map((edge) => edge.target)),
  )
  if ('order' in found) return found.order
  const path = found.cycle.map((node) => graph.nodes[node]?.id).join(' -> ')
  throw new FlowProtocolError(`the flow has a cycle: ${path}`)
}

const countIncoming = (graph: FlowGraph, order: readonly number[]): number[] => {
  const counts: number[] = graph.nodes.map(() => 0)
  for (const node of order) {
    for (const edge of graph.edges[node] ?? []) counts[edge.target] = (counts[edge.target] ?? 0) + 1
  }
  return counts
}

const declareOutput = (output: OutputDefinition): OutputDeclaration => ({
  name: output.name,
  required: output.required ?? false,
  schema: output.schema,
  initial: initialValue(output.schema),
  check: compileJsonSchema(output.schema, ['properties', output.name]),
  fileType: output.fileType || undefined,
})

const readPolicy = (
  nodeId: string,
  config: Parameters<typeof readRetryPolicy>[0],
  outputs: readonly OutputDeclaration[],
): RetryPolicy | undefined => {
  try {
    const policy = readRetryPolicy(config)
    return policy && completeFixedOutputs(nodeId, policy, outputs)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new FlowProtocolError(`node ${nodeId}, fixed outputs: ${error.message}`, wireCodes.NODE_PROTOCOL_INVALID)
  }
}

const answerModeOf = (behaviour: NodeBehaviour): number | undefined =>
  behaviour.role === 'output' ? behaviour.answerMode : undefined

const refuseUnreachedOutput = (draft: DraftNode): void => {
  if (draft.index >= 0 || draft.behaviour.role !== 'output') return
  throw new FlowProtocolError(`node ${draft.id} cannot be reached from the start node`)
}
