import type { FlowGraph } from '../build-graph.ts'

const BODY_START = /StartNodeId$/

/** What a run can come to, with where it comes from. Nodes are named by their index in the graph. */
export interface LintGraph {
  readonly graph: FlowGraph
  readonly reachable: ReadonlySet<number>
  /** Nodes that an edge comes from. */
  readonly sources: ReadonlyMap<number, readonly number[]>
  /** The node whose body a node belongs to. */
  readonly container: ReadonlyMap<number, number>
  /** Every node that may run before this one, in its own scope and in those around it. */
  before(node: number): ReadonlySet<number>
}

/** Follows the edges from the start node, and into the bodies of nodes that name the start of one. */
export const buildLintGraph = (graph: FlowGraph): LintGraph => {
  const container = new Map<number, number>()
  const reachable = new Set<number>()
  const open: { node: number; inside: number | undefined }[] = [{ node: graph.start, inside: undefined }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, inside } = next
    if (reachable.has(node)) continue
    reachable.add(node)
    if (inside !== undefined) container.set(node, inside)
    for (const edge of graph.edges[node] ?? []) open.push({ node: edge.target, inside })
    const body = bodyStartOf(graph, node)
    if (body !== undefined) open.push({ node: body, inside: node })
  }
  const sources = collectSources(graph, reachable)
  const known = new Map<number, ReadonlySet<number>>()
  return {
    graph,
    reachable,
    sources,
    container,
    before(node) {
      const found = known.get(node) ?? collectEarlier(node, sources, container)
      known.set(node, found)
      return found
    },
  }
}

/** Iterations and loops name the first node of their body in a parameter. */
export const bodyStartOf = (graph: FlowGraph, node: number): number | undefined => {
  const parameters = graph.nodes[node]?.data.nodeParam ?? {}
  const named = Object.entries(parameters).find(([key]) => BODY_START.test(key))?.[1]
  return typeof named === 'string' ? graph.indexById.get(named) : undefined
}

const collectSources = (graph: FlowGraph, reachable: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> => {
  const sources = new Map<number, number[]>()
  for (const node of reachable) {
    for (const { target } of graph.edges[node] ?? []) {
      const list = sources.get(target)
      if (list) list.push(node)
      else sources.set(target, [node])
    }
  }
  return sources
}

const collectEarlier = (
  from: number,
  sources: LintGraph['sources'],
  container: LintGraph['container'],
): ReadonlySet<number> => {
  const found = new Set<number>()
  const containers = new Set<number>()
  const open = [from]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const source of sources.get(node) ?? []) {
      if (found.has(source)) continue
      found.add(source)
      open.push(source)
    }
    // A node is not done while its body runs, but what came before it is.
    const around = container.get(node)
    if (around === undefined || containers.has(around)) continue
    containers.add(around)
    open.push(around)
  }
  return found
}
