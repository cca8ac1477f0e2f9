import type { WorkerProcess } from '../pool/worker-process.ts'
import type { Changeover } from './changeover.ts'
import { ReleaseFailedError } from './errors.ts'
import { probeWorker } from './probe-worker.ts'
import { baselineOf, isTelling, isWorse, type Traffic, trafficOf, trafficSince } from './release-policy.ts'

const LOOK_MS = 50
/** New workers that have done too little to be judged, beside old ones that are busy, are watched for so many times as long at most. */
const WATCH_TIMES_MAX = 3

/** Looks at new workers while the old ones still serve. Everything here throws ReleaseFailedError when they are not as good. */
export interface ReleaseJudge {
  /** Waits until all of them are ready. */
  ready(changeovers: readonly Changeover[]): Promise<void>
  /** Asks each new worker for something that clients might ask for. What the old one cannot answer either is not its fault. */
  probe(changeovers: readonly Changeover[]): Promise<void>
  /** For `ms`, or longer while too little came to tell: none of the new workers dies, and none fails more often than the old ones, as far as those still serve. */
  watch(changeovers: readonly Changeover[], ms: number): Promise<void>
}

export const createReleaseJudge = (signal: AbortSignal): ReleaseJudge => {
  const lookAt = (changeovers: readonly Changeover[]) => {
    signal.throwIfAborted()
    for (const changeover of changeovers) {
      const problem = changeover.problem()
      if (problem) throw new ReleaseFailedError(problem)
    }
  }

  const probeOne = async ({ old, next }: Changeover) => {
    const problems = next ? await probeWorker(next, signal) : []
    if (problems.length === 0) return
    const known = old?.state === 'ready' ? await probeWorker(old, signal) : []
    const added = problems.filter((problem) => !known.includes(problem))
    if (added.length > 0) throw new ReleaseFailedError(`${next?.id}: ${added.join('; ')}`)
  }

  return {
    async ready(changeovers) {
      await Promise.all(changeovers.map((changeover) => changeover.ready))
      lookAt(changeovers)
    },
    async probe(changeovers) {
      await Promise.all(changeovers.map(probeOne))
      lookAt(changeovers)
    },
    async watch(changeovers, ms) {
      const pools = groupByPool(changeovers.filter(({ old }) => old?.state === 'ready'))
      const began = Date.now()
      const isLongEnough = () => {
        const watchedMs = Date.now() - began
        return watchedMs >= ms && (watchedMs >= ms * WATCH_TIMES_MAX || pools.every((pool) => pool.isTold()))
      }
      do {
        await Bun.sleep(LOOK_MS)
        lookAt(changeovers)
        for (const pool of pools) pool.look()
      } while (!isLongEnough())
    },
  }
}

/** New and old workers of one pool do the same work at the same time, so their errors can be compared. */
const groupByPool = (changeovers: readonly Changeover[]) =>
  [...Map.groupBy(changeovers, ({ pool }) => pool)].map(([pool, group]) => {
    const trafficNow = (side: 'next' | 'old'): Traffic =>
      trafficOf(
        group
          .map((changeover): WorkerProcess | undefined => changeover[side])
          .flatMap((worker) => worker?.snapshot ?? []),
      )
    const oldBefore = trafficNow('old')
    return {
      look() {
        const next = trafficNow('next')
        const old = trafficNow('old')
        if (!isWorse(next, baselineOf(trafficSince(oldBefore, old), old))) return
        throw new ReleaseFailedError(`${pool}: the new workers failed ${next.errors} of ${next.requests} requests`)
      },
      isTold: () => isTelling(trafficNow('next'), trafficSince(oldBefore, trafficNow('old'))),
    }
  })
