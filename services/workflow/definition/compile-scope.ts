import type { NodeBehaviour } from '../engine/node-execution.ts'
import type { NodeKind } from '../nodes/node-kind.ts'
import { bindInputs, type ReferenceTarget } from './bind-inputs.ts'
import { type FlowGraph, typeOfNode } from './build-graph.ts'
import { orderReachable } from './find-cycles.ts'
import { completeFixedOutputs } from './fixed-outputs.ts'
import { FlowProtocolError } from './flow-protocol-error.ts'
import { linkOutputNodes } from './link-output-nodes.ts'
import { weighPaths } from './path-weights.ts'
import type { DraftNode, OutputDeclaration, Plan, PlanEdge, PlanNode } from './plan.ts'
import { type RetryPolicy, readRetryPolicy, readTimeoutMs } from './retry-policy.ts'
import { wireCodes } from './wire-codes.ts'

/** Bodies within bodies. */
const DEPTH_MAX = 8

/** What all scopes of one flow share while it is compiled. Nodes are named by their index in the graph. */
export interface FlowSource {
  readonly graph: FlowGraph
  readonly kinds: readonly NodeKind[]
  readonly outputs: readonly (readonly OutputDeclaration[])[]
  /** Nodes that belong to a scope already. */
  readonly taken: Set<number>
}

/** A scope under way, and those around it. */
interface ScopeFrame {
  readonly planIndex: ReadonlyMap<number, number>
  readonly outer: ScopeFrame | undefined
  readonly depth: number
}

/** Compiles what can be reached from a start node, and the bodies inside of it. Throws FlowProtocolError. */
export const compileScope = (source: FlowSource, start: number, outer?: ScopeFrame): Plan => {
  const order = takeReachable(source, start, outer)
  const frame: ScopeFrame = {
    planIndex: new Map(order.map((node, index) => [node, index])),
    outer,
    depth: (outer?.depth ?? 0) + 1,
  }
  const incoming = countIncoming(source.graph, order)
  const drafts = order.map((node) => compileNode(source, node, { frame, incoming: incoming.get(node) ?? 0 }))
  const nodes = linkOutputNodes(drafts)
  return {
    nodes,
    indexById: new Map(nodes.map((node) => [node.id, node.index])),
    start: 0,
    weights: weighPaths(
      nodes.map((node) => node.index),
      nodes.map((node) => [...new Set(node.edges.map((edge) => edge.target))]),
    ),
    inner: collectInner(nodes),
  }
}

/** Nodes that no run reaches are compiled for their faults only. */
export const checkUnreached = (source: FlowSource): void => {
  for (const [node] of source.graph.nodes.entries()) {
    if (source.taken.has(node)) continue
    const draft = compileNode(source, node, { frame: undefined, incoming: 0 })
    if (draft.behaviour.role === 'output') {
      throw new FlowProtocolError(`node ${draft.id} cannot be reached from the start node`)
    }
  }
}

/** Plan order: the start first, every edge forward. */
const takeReachable = (source: FlowSource, start: number, outer: ScopeFrame | undefined): readonly number[] => {
  const { graph, taken } = source
  const found = orderReachable(
    start,
    graph.edges.map((edges) => edges.map((edge) => edge.target)),
  )
  if ('cycle' in found) {
    const path = found.cycle.map((node) => graph.nodes[node]?.id).join(' -> ')
    throw new FlowProtocolError(`the flow has a cycle: ${path}`)
  }
  for (const node of found.order) {
    if (outer && taken.has(node)) {
      throw new FlowProtocolError(
        `node ${graph.nodes[node]?.id} is inside of a body that starts at ${graph.nodes[start]?.id}, and outside of it`,
      )
    }
    taken.add(node)
  }
  return found.order
}

const countIncoming = (graph: FlowGraph, order: readonly number[]): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>()
  for (const node of order) {
    for (const edge of graph.edges[node] ?? []) counts.set(edge.target, (counts.get(edge.target) ?? 0) + 1)
  }
  return counts
}

const compileNode = (
  source: FlowSource,
  node: number,
  { frame, incoming }: { frame: ScopeFrame | undefined; incoming: number },
): DraftNode => {
  const definition = source.graph.nodes[node] as FlowGraph['nodes'][number]
  const kind = source.kinds[node] as NodeKind
  const declared = source.outputs[node] ?? []
  const inputs = bindInputs(definition.id, definition.data.inputs, (nodeId) => findTarget(source, frame, nodeId))
  const behaviour = kind.build(
    {
      id: definition.id,
      inputs,
      inputNames: new Set(inputs.map((input) => input.name)),
      outputs: declared,
      timeoutMs: readTimeoutMs(definition.data.retryConfig),
    },
    definition.data.nodeParam ?? {},
  )
  return {
    index: frame?.planIndex.get(node) ?? -1,
    id: definition.id,
    type: kind.type,
    alias: definition.data.nodeMeta.aliasName,
    inputs,
    outputs: declared,
    behaviour,
    body: frame && compileBody(source, behaviour, frame, definition.id),
    retry: kind.handlesErrors ? readPolicy(definition.id, definition.data.retryConfig, declared) : undefined,
    edges: (source.graph.edges[node] ?? []).map(
      (edge): PlanEdge => ({ ...edge, target: frame?.planIndex.get(edge.target) ?? -1 }),
    ),
    incoming,
    answerMode: behaviour.role === 'output' ? behaviour.answerMode : undefined,
  }
}

// biome-ignore lint/complexity/useMaxParams: the four belong to one node under way
const compileBody = (
  source: FlowSource,
  behaviour: NodeBehaviour,
  frame: ScopeFrame,
  nodeId: string,
): Plan | undefined => {
  if (behaviour.role !== 'container' || behaviour.bodyStart === undefined) return undefined
  const start = source.graph.indexById.get(behaviour.bodyStart)
  if (start === undefined) {
    throw new FlowProtocolError(
      `node ${nodeId} starts at the unknown node ${behaviour.bodyStart}`,
      wireCodes.ENGINE_BUILD_FAILED,
    )
  }
  if (frame.depth > DEPTH_MAX) {
    throw new FlowProtocolError(`node ${nodeId} is more than ${DEPTH_MAX} bodies deep`, wireCodes.ENGINE_BUILD_FAILED)
  }
  return compileScope(source, start, frame)
}

/** A reference leads to a node of the same scope, or of one around it; into a body nobody outside can see. */
const findTarget = (source: FlowSource, frame: ScopeFrame | undefined, nodeId: string): ReferenceTarget | undefined => {
  const node = source.graph.indexById.get(nodeId)
  if (node === undefined) return undefined
  const outputs = source.outputs[node] ?? []
  let levels = 0
  for (let scope = frame; scope; scope = scope.outer) {
    const index = scope.planIndex.get(node)
    if (index !== undefined) return { index, levels, outputs }
    levels += 1
  }
  return { index: undefined, levels: 0, outputs }
}

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

const collectInner = (nodes: readonly PlanNode[]): ReadonlyMap<string, PlanNode> => {
  const inner = new Map<string, PlanNode>()
  for (const { body } of nodes) {
    for (const node of body?.nodes ?? []) inner.set(node.id, node)
    for (const [id, node] of body?.inner ?? []) inner.set(id, node)
  }
  return inner
}

/** The kinds of a graph's nodes. Throws FlowProtocolError (22101) for one that nobody knows. */
export const findKinds = (graph: FlowGraph, registry: ReadonlyMap<string, NodeKind>): readonly NodeKind[] =>
  graph.nodes.map(({ id }) => {
    const kind = registry.get(typeOfNode(id))
    if (kind) return kind
    throw new FlowProtocolError(`unsupported node type: ${typeOfNode(id)}`, wireCodes.NODE_PROTOCOL_INVALID)
  })
