import type { WorkerProcess } from './worker-process.ts'

/** Who of those that could take requests gets them, and how large a share. */
export interface Rotation {
  /** From 0, nothing, to 1, the full share of a worker. */
  weightOf(worker: Pick<WorkerProcess, 'pool' | 'socketPath'>): number
  setWeight(worker: Pick<WorkerProcess, 'socketPath'>, weight: number): void
  /** Forgets a worker that is gone. */
  forget(worker: Pick<WorkerProcess, 'socketPath'>): void
  /** All workers of a pool get nothing until it is let in again. */
  holdOut(pool: string): void
  letIn(pool: string): void
  heldOut(): string[]
}

export const createRotation = (onChange: () => void): Rotation => {
  /** By socket path, since those are never reused. */
  const weights = new Map<string, number>()
  const heldOut = new Set<string>()
  return {
    weightOf: ({ pool, socketPath }) => (heldOut.has(pool) ? 0 : (weights.get(socketPath) ?? 1)),
    setWeight({ socketPath }, weight) {
      if (weight === 1) weights.delete(socketPath)
      else weights.set(socketPath, weight)
      onChange()
    },
    forget: ({ socketPath }) => void weights.delete(socketPath),
    holdOut(pool) {
      heldOut.add(pool)
      onChange()
    },
    letIn(pool) {
      if (heldOut.delete(pool)) onChange()
    },
    heldOut: () => [...heldOut],
  }
}
