import type { PlanNode } from '../definition/plan.ts'
import type { RunSink } from './engine-contract.ts'
import { createOutputOrder } from './output-order.ts'
import type { RunEvent } from './run-events.ts'

/** The one way from the engine to the sink. */
export interface RunWriter {
  write(event: RunEvent): void
  /** Events of output nodes pass the ordering stage; those of the others go at once. */
  writeFor(node: PlanNode, event: RunEvent): void
  /** Nothing is written from here on: an abort may come out of the sink itself, in the middle of a step. */
  close(): void
}

/** @param onFault told what the sink threw; it is no failure of the node that was writing */
export const createRunWriter = (options: {
  sink: RunSink
  shown: number | undefined
  onFault: (error: unknown) => void
}): RunWriter => {
  const order = createOutputOrder(options.shown)
  let isOpen = true

  const write = (event: RunEvent) => {
    if (!isOpen) return
    try {
      options.sink.emit(event)
    } catch (error) {
      options.onFault(error)
    }
  }

  return {
    write,
    writeFor(node, event) {
      if (!node.show) write(event)
      else for (const passed of order.push(node.index, event)) write(passed)
    },
    close() {
      isOpen = false
    },
  }
}
