/** What a walk from the start finds: either an order in which every edge leads forward, or a circle. */
export type GraphOrder = { readonly order: readonly number[] } | { readonly cycle: readonly number[] }

/**
 * Orders the nodes that can be reached from `start` (depth first, without recursion: flows may be long chains).
 * @param targets targets of each node
 */
export const orderReachable = (start: number, targets: readonly (readonly number[])[]): GraphOrder => {
  const state = new Map<number, 'open' | 'done'>([[start, 'open']])
  const stack: { node: number; next: number }[] = [{ node: start, next: 0 }]
  const finished: number[] = []
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const list = targets[frame.node] ?? []
    const target = list[frame.next]
    frame.next += 1
    if (target === undefined) {
      state.set(frame.node, 'done')
      finished.push(frame.node)
      stack.pop()
    } else if (state.get(target) === 'open') {
      const path = stack.map((entry) => entry.node)
      return { cycle: [...path.slice(path.indexOf(target)), target] }
    } else if (!state.has(target)) {
      state.set(target, 'open')
      stack.push({ node: target, next: 0 })
    }
  }
  return { order: finished.reverse() }
}
