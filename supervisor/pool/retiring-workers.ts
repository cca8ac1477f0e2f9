import type { Ending, WorkerProcess } from './worker-process.ts'

export interface RetiringWorkersOptions {
  drainMsMax(): number
  /** Whether others serve these services by now. */
  isReplaced(services: readonly string[]): boolean
  onEnd(worker: WorkerProcess, ending: Ending): void
}

/** Processes that have no slot: they serve until they are replaced, then they drain. */
export interface RetiringWorkers {
  add(worker: WorkerProcess): void
  living(): WorkerProcess[]
  ready(): WorkerProcess[]
  /** Drains those whose time has come. To be called when something has changed. */
  review(): void
  /** Drains all of them; resolves when the last one is gone. */
  drain(): Promise<void>
}

export const createRetiringWorkers = (options: RetiringWorkersOptions): RetiringWorkers => {
  const living = new Set<WorkerProcess>()
  const drained = new WeakSet<WorkerProcess>()

  const drainOne = (worker: WorkerProcess) => {
    if (drained.has(worker)) return
    drained.add(worker)
    worker.drain(options.drainMsMax())
  }

  return {
    add(worker) {
      living.add(worker)
      void worker.ended.then((ending) => {
        living.delete(worker)
        options.onEnd(worker, ending)
      })
    },
    living: () => [...living],
    ready: () => [...living].filter((worker) => worker.isServing),
    review() {
      for (const worker of living) if (options.isReplaced(worker.services)) drainOne(worker)
    },
    async drain() {
      const going = [...living]
      for (const worker of going) drainOne(worker)
      await Promise.all(going.map((worker) => worker.ended))
    },
  }
}
