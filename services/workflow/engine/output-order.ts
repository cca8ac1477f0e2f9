import type { RunEvent } from './run-events.ts'

/**
 * The one stage through which the events of all output nodes go: nodes queue by their first event, and a node's events are passed on completely
 * before those of the next. So texts of parallel branches never mix; the first to start holds back the later ones, which then come in one burst.
 */
export interface OutputOrder {
  /** Returns the events that may be passed on now. */
  push(node: string, event: RunEvent): readonly RunEvent[]
}

interface Entry {
  readonly node: string
  held: RunEvent[]
  isDone: boolean
}

const NOTHING: readonly RunEvent[] = []

/** @param shown key of the node whose events were being passed on when the run was interrupted: it stays first */
export const createOutputOrder = (shown?: string): OutputOrder => {
  const queue: Entry[] = shown === undefined ? [] : [{ node: shown, held: [], isDone: false }]

  const entryOf = (node: string): Entry => {
    const known = queue.find((entry) => entry.node === node)
    if (known) return known
    const entry: Entry = { node, held: [], isDone: false }
    queue.push(entry)
    return entry
  }

  return {
    push(node, event) {
      const entry = entryOf(node)
      entry.isDone ||= event.type === 'node-completed'
      if (entry !== queue[0]) {
        entry.held.push(event)
        return NOTHING
      }
      if (!entry.isDone) return [event]
      const passed = [event]
      queue.shift()
      for (let next = queue[0]; next; next = queue[0]) {
        passed.push(...next.held)
        next.held = []
        if (!next.isDone) break
        queue.shift()
      }
      return passed
    },
  }
}
