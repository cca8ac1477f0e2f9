/**
 * Progress on the wire is defined over all paths from the start to a leaf: the sum over paths of the path's length where it is inactive, else
 * of the node's position in it, divided by the nodes of all paths. The number of paths is exponential; the sums are not needed path by path:
 * counts from the front and from the back multiply (dynamic programming in O(V+E)).
 */
export interface PathWeights {
  /** Nodes in topological order, the start first. */
  readonly order: readonly number[]
  readonly children: readonly (readonly WeightedChild[])[]
  /** Nodes over all paths, weighted. */
  readonly total: number
}

interface WeightedChild {
  readonly target: number
  readonly weight: number
}

/** Above this many paths counts stop being exact, and every weight becomes the share of paths that go through the edge. */
const EXACT_PATHS_MAX = 2 ** 50

/** @param targets distinct targets of each node */
export const weighPaths = (order: readonly number[], targets: readonly (readonly number[])[]): PathWeights => {
  const logCounts = new Float64Array(targets.length)
  for (const node of order.toReversed()) logCounts[node] = logSum((targets[node] ?? []).map((t) => logCounts[t] ?? 0))
  const exact = (logCounts[order[0] ?? 0] ?? 0) < Math.log(EXACT_PATHS_MAX)
  const children = targets.map((list, node) =>
    list.map((target) => ({
      target,
      weight: exact ? 1 : Math.exp((logCounts[target] ?? 0) - (logCounts[node] ?? 0)),
    })),
  )
  const weights = { order, children, total: 0 }
  return { ...weights, total: sumSuffixes(weights, () => true).nodes[order[0] ?? 0] ?? 0 }
}

const logSum = (logs: number[]): number => {
  if (logs.length === 0) return 0
  const most = Math.max(...logs)
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0))
}

/**
 * Progress of every node, 0 to 1, by index.
 * @param isOpen whether the edge between two nodes may still be taken or was
 */
export const measureProgress = (
  weights: PathWeights,
  isOpen: (source: number, target: number) => boolean,
): Float64Array => {
  const { order, children, total } = weights
  const start = order[0] ?? 0
  const suffixes = sumSuffixes(weights, isOpen)
  const paths = new Float64Array(children.length)
  const positions = new Float64Array(children.length)
  const progress = new Float64Array(children.length)
  const inactive = total - (suffixes.nodes[start] ?? 0)
  paths[start] = 1
  for (const node of order) {
    const here = paths[node] ?? 0
    const position = positions[node] ?? 0
    progress[node] = (inactive + position * (suffixes.paths[node] ?? 0)) / total
    for (const { target, weight } of children[node] ?? []) {
      if (!isOpen(node, target)) continue
      paths[target] = (paths[target] ?? 0) + weight * here
      positions[target] = (positions[target] ?? 0) + weight * (position + here)
    }
  }
  return progress
}

/** For each node: the open paths from it to a leaf, and the nodes on them. */
const sumSuffixes = (
  { order, children }: PathWeights,
  isOpen: (source: number, target: number) => boolean,
): { paths: Float64Array; nodes: Float64Array } => {
  const paths = new Float64Array(children.length)
  const nodes = new Float64Array(children.length)
  for (const node of order.toReversed()) {
    const list = children[node] ?? []
    let count = list.length === 0 ? 1 : 0
    let length = count
    for (const { target, weight } of list) {
      if (!isOpen(node, target)) continue
      const below = paths[target] ?? 0
      count += weight * below
      length += weight * ((nodes[target] ?? 0) + below)
    }
    paths[node] = count
    nodes[node] = length
  }
  return { paths, nodes }
}
