import { HEARTBEAT_MS } from '#shared/worker-protocol/control-client.ts'
import type { WorkerProcess } from './worker-process.ts'

const HEARTBEATS_MISSED_MAX = 3
/** A little more than three beats, since timers are late on a busy machine. */
const SILENCE_MS_MAX = HEARTBEATS_MISSED_MAX * HEARTBEAT_MS + 100
const LOOK_EVERY_MS = 200
/** When our own timer is this late, the machine or we were asleep, and the silence of others means nothing. */
const OWN_LATENESS_MS_MAX = 400
/** From the order to begin until ready: migrations of a service, building an index, a cold disk. */
const START_MS_MAX = 60_000

/** Finds processes whose event loop stands still, and those that never become ready. Liveness asks nothing else of them. */
export const watchHeartbeats = (living: () => WorkerProcess[], hasBegun: () => boolean): { stop(): void } => {
  const startingSince = new WeakMap<WorkerProcess, number>()
  let expected = Date.now() + LOOK_EVERY_MS

  const judge = (worker: WorkerProcess, now: number) => {
    if (worker.state === 'ready') {
      const silence = worker.silenceMs(now) ?? 0
      if (silence <= SILENCE_MS_MAX) return
      worker.markUnresponsive()
      worker.terminate(`no heartbeat for ${silence} ms: its event loop stands still`)
    }
    if (worker.state === 'starting' && hasBegun()) {
      const since = startingSince.get(worker) ?? now
      startingSince.set(worker, since)
      if (now - since > START_MS_MAX) worker.terminate(`not ready within ${START_MS_MAX} ms`)
    }
  }

  const timer = setInterval(() => {
    const now = Date.now()
    const wasAsleep = now - expected > OWN_LATENESS_MS_MAX
    expected = now + LOOK_EVERY_MS
    for (const worker of living()) {
      if (wasAsleep) worker.forgiveSilence(now)
      else judge(worker, now)
    }
  }, LOOK_EVERY_MS)
  return { stop: () => clearInterval(timer) }
}
