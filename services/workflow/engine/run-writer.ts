import { createOutputOrder } from './output-order.ts'
import type { RunEvent } from './run-events.ts'

/** How the events of one flow (the run's own, or a sub-flow) leave the engine. */
export interface RunWriter {
  write(event: RunEvent): void
  /** Events of output nodes, named by their key, pass the ordering stage; those of the others (no key) go at once. */
  writeFor(key: string | undefined, event: RunEvent): void
}

export const createRunWriter = (options: {
  emit: (event: RunEvent) => void
  /** Key of the output node whose text was interrupted. */
  shown: string | undefined
  /** Told what was passed on of output nodes, after it was emitted. */
  onShown?: (event: RunEvent) => void
}): RunWriter => {
  const order = createOutputOrder(options.shown)
  return {
    write: options.emit,
    writeFor(key, event) {
      if (key === undefined) {
        options.emit(event)
        return
      }
      for (const passed of order.push(key, event)) {
        options.emit(passed)
        options.onShown?.(passed)
      }
    },
  }
}
