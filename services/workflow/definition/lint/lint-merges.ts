import type { GraphEdge } from '../build-graph.ts'
import { branchesOnFailure, declaredHandles } from './declared-handles.ts'
import type { Finding } from './finding.ts'
import { bodyStartOf, type LintGraph } from './lint-graph.ts'

/** Branching nodes that are looked at; each costs a walk over the flow for each of its branches. */
const BRANCHING_NODES_MAX = 100
/** Walks altogether. */
const WORLDS_MAX = 1_000
/** Made for reading whichever branch ran. */
const MERGING_TYPE = 'variable-aggregator'

/**
 * Nodes where branches meet that read a variable of some of these branches, and nothing in its place of the others: where another branch was
 * taken, they read an empty value.
 */
export const lintMerges = (flow: LintGraph): Finding[] => {
  const readers = [...flow.reachable].filter(
    (node) => typeOf(flow, node) !== MERGING_TYPE && readsOf(flow, node).length > 0,
  )
  const reported = new Set<string>()
  const findings: Finding[] = []
  let worldsLeft = WORLDS_MAX
  for (const branching of [...flow.reachable].filter((node) => isBranching(flow, node)).slice(0, BRANCHING_NODES_MAX)) {
    const choices = choicesOf(flow, branching)
    worldsLeft -= choices.length
    if (worldsLeft < 0) return findings
    const worlds = choices.map((edges) => reach(flow, branching, edges))
    for (const reader of readers) {
      for (const { source, field } of hazardsOf(flow, reader, worlds)) {
        const key = `${reader} ${field}`
        if (reported.has(key)) continue
        reported.add(key)
        findings.push(hazard(flow, { reader, source, field, branching }))
      }
    }
  }
  return findings
}

const isBranching = ({ graph }: LintGraph, node: number): boolean => {
  const definition = graph.nodes[node]
  return definition !== undefined && (declaredHandles(definition).length > 0 || branchesOnFailure(definition))
}

/** The edges that each choice of a branching node takes. */
const choicesOf = ({ graph }: LintGraph, node: number): (readonly GraphEdge[])[] => {
  const edges = graph.edges[node] ?? []
  const plain = Map.groupBy(
    edges.filter((edge) => !edge.onFailure),
    (edge) => (graph.nodes[node] && declaredHandles(graph.nodes[node]).length > 0 ? edge.handle : ''),
  )
  const failing = edges.filter((edge) => edge.onFailure)
  return failing.length > 0 ? [...plain.values(), failing] : [...plain.values()]
}

/** What may run when a node takes these of its edges, bodies included. */
const reach = ({ graph }: LintGraph, branching: number, taken: readonly GraphEdge[]): ReadonlySet<number> => {
  const found = new Set([graph.start])
  const open = [graph.start]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const targets = (node === branching ? taken : (graph.edges[node] ?? [])).map(({ target }) => target)
    const body = bodyStartOf(graph, node)
    for (const target of body === undefined ? targets : [...targets, body]) {
      if (found.has(target)) continue
      found.add(target)
      open.push(target)
    }
  }
  return found
}

const hazardsOf = (
  flow: LintGraph,
  reader: number,
  worlds: readonly ReadonlySet<number>[],
): { source: number; field: string }[] => {
  const possible = worlds.filter((world) => world.has(reader))
  if (possible.length < 2) return []
  const reads = readsOf(flow, reader)
  const sometimes = reads.filter(({ source }) => {
    const count = possible.filter((world) => world.has(source)).length
    return count > 0 && count < possible.length
  })
  const isUncovered = possible.some((world) => !sometimes.some(({ source }) => world.has(source)))
  return isUncovered ? sometimes : []
}

const readsOf = ({ graph }: LintGraph, node: number): { source: number; field: string }[] =>
  (graph.nodes[node]?.data.inputs ?? []).flatMap(({ schema: { value } }, at) => {
    const nodeId = value.type === 'ref' ? (value.content as { nodeId?: string }).nodeId : undefined
    const source = nodeId === undefined ? undefined : graph.indexById.get(nodeId)
    return source === undefined ? [] : [{ source, field: `inputs.${at}` }]
  })

const typeOf = ({ graph }: LintGraph, node: number): string => graph.nodes[node]?.id.split(':')[0] ?? ''

const hazard = (
  { graph }: LintGraph,
  found: { reader: number; source: number; field: string; branching: number },
): Finding => ({
  severity: 'warning',
  nodeId: graph.nodes[found.reader]?.id ?? null,
  field: found.field,
  code: 'MERGE_HAZARD',
  message:
    `It reads ${graph.nodes[found.source]?.id}, which runs in some branches of ${graph.nodes[found.branching]?.id} only: ` +
    'behind the others the value is empty.',
  remedy: 'Merge the branches with a variable aggregator, or read a variable that every branch has.',
})
