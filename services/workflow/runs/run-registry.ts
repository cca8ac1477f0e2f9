/** The executions of this process, so that stopping can wait for all of them. */
export interface RunRegistry {
  /** Aborts when the process gives its runs back. */
  readonly stopping: AbortSignal
  readonly size: number
  track<Value>(execution: Promise<Value>): Promise<Value>
  /** Asks every execution to give its run back and waits until all did. */
  stop(): Promise<void>
}

export const createRunRegistry = (): RunRegistry => {
  const stopping = new AbortController()
  const executions = new Set<Promise<unknown>>()
  return {
    stopping: stopping.signal,
    get size() {
      return executions.size
    },
    track(execution) {
      executions.add(execution)
      const forget = () => executions.delete(execution)
      execution.then(forget, forget)
      return execution
    },
    async stop() {
      stopping.abort(new DOMException('The worker stops.', 'AbortError'))
      await Promise.allSettled(executions)
    },
  }
}
