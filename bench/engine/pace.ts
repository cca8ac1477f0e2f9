/** What one node cost, in µs. */
export interface Pace {
  wallUs: number
  /** Processor time of the process that executes, user and system, all threads: what a busy neighbour cannot change much. */
  cpuUs: number
}

/** Executes runs on so many lanes, on each one after the other, until the time is over. */
export const measurePace = async (work: {
  once: () => Promise<void>
  nodes: number
  lanes: number
  ms: number
}): Promise<Pace> => {
  const startedAt = performance.now()
  const cpuBefore = process.cpuUsage()
  let runs = 0
  const lane = async () => {
    while (performance.now() - startedAt < work.ms) {
      await work.once()
      runs += 1
    }
  }
  await Promise.all(Array.from({ length: work.lanes }, lane))
  const { user, system } = process.cpuUsage(cpuBefore)
  const nodes = runs * work.nodes
  return { wallUs: ((performance.now() - startedAt) * 1000) / nodes, cpuUs: (user + system) / nodes }
}
