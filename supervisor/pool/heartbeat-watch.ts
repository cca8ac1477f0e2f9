import { HEARTBEAT_MS } from '#shared/worker-protocol/control-client.ts'
import { hangReason, notReadyReason } from './death-reason.ts'
import { classifyHang, type HangKind, mayWakeUp } from './hang-policy.ts'
import { type ProcessActivity, readProcessActivity } from './process-activity.ts'
import type { WorkerProcess } from './worker-process.ts'

/** A little more than whole beats, since timers are late on a busy machine. */
const LATENESS_MS_MAX = 100
/** After two missed beats it gets no new requests, and gets them again with its next beat: that costs nothing if it was a pause. */
const SUSPECT_MS_MAX = 2 * HEARTBEAT_MS + LATENESS_MS_MAX
/** After three it is given up. */
const SILENCE_MS_MAX = 3 * HEARTBEAT_MS + LATENESS_MS_MAX
const LOOK_EVERY_MS = 100
/** When our own timer is this late, the machine or we were asleep, and the silence of others means nothing. */
const OWN_LATENESS_MS_MAX = 400
/** From the order to begin until ready: migrations of a service, building an index, a cold disk. */
const START_MS_MAX = 60_000

export interface HeartbeatWatchOptions {
  living(): WorkerProcess[]
  /** A worker of this pool may start its services. */
  hasBegun(pool: string): boolean
  /** A worker became suspect, or is so no more (`silenceMs` undefined): routes change. */
  onSuspicion(worker: WorkerProcess, silenceMs: number | undefined): void
  /** A worker was given up. It is still there, and has been told or forced to end: what takes its place need not wait for that. */
  onUnresponsive(worker: WorkerProcess, kind: HangKind): void
}

export interface HeartbeatWatch {
  /** True while a worker has missed beats without being given up: nothing new is to be sent to it. */
  isSuspect(worker: WorkerProcess): boolean
  stop(): void
}

/** What was seen when the silence became suspicious, to compare with what is seen when it has lasted too long. */
interface Suspicion {
  atMs: number
  activity: ProcessActivity | undefined
}

/** Finds processes whose event loop stands still, and those that never become ready. Liveness asks nothing else of them. */
export const watchHeartbeats = (options: HeartbeatWatchOptions): HeartbeatWatch => {
  const startingSince = new WeakMap<WorkerProcess, number>()
  const suspicions = new WeakMap<WorkerProcess, Suspicion>()
  let expected = Date.now() + LOOK_EVERY_MS

  const suspect = (worker: WorkerProcess, now: number): Suspicion => {
    const known = suspicions.get(worker)
    if (known) return known
    const suspicion = { atMs: now, activity: readProcessActivity(worker.pid) }
    suspicions.set(worker, suspicion)
    options.onSuspicion(worker, worker.silenceMs(now))
    return suspicion
  }

  const giveUp = (worker: WorkerProcess, { atMs, activity }: Suspicion, now: number) => {
    const kind = classifyHang(activity, readProcessActivity(worker.pid), Math.max(now - atMs, 1))
    const reason = hangReason(kind, worker.silenceMs(now) ?? 0)
    suspicions.delete(worker)
    worker.markUnresponsive()
    options.onUnresponsive(worker, kind)
    if (mayWakeUp(kind)) worker.terminate(reason)
    else worker.kill(reason)
  }

  const judgeReady = (worker: WorkerProcess, now: number) => {
    const silenceMs = worker.silenceMs(now) ?? 0
    if (silenceMs <= SUSPECT_MS_MAX) {
      if (suspicions.delete(worker)) options.onSuspicion(worker, undefined)
      return
    }
    const suspicion = suspect(worker, now)
    if (silenceMs > SILENCE_MS_MAX) giveUp(worker, suspicion, now)
  }

  const judgeStarting = (worker: WorkerProcess, now: number) => {
    const since = startingSince.get(worker) ?? now
    startingSince.set(worker, since)
    if (now - since > START_MS_MAX) worker.terminate(notReadyReason(START_MS_MAX))
  }

  const judge = (worker: WorkerProcess, now: number) => {
    if (worker.state === 'ready') judgeReady(worker, now)
    else if (worker.state === 'starting' && options.hasBegun(worker.pool)) judgeStarting(worker, now)
  }

  const timer = setInterval(() => {
    const now = Date.now()
    const wasAsleep = now - expected > OWN_LATENESS_MS_MAX
    expected = now + LOOK_EVERY_MS
    for (const worker of options.living()) {
      if (wasAsleep) worker.forgiveSilence(now)
      else judge(worker, now)
    }
  }, LOOK_EVERY_MS)
  return { isSuspect: (worker) => suspicions.has(worker), stop: () => clearInterval(timer) }
}
