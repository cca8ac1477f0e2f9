import type { Settings } from '#shared/config/settings.ts'
import type { ProcessIdentity } from '#shared/lifecycle/process-identity.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { ReloadOutcome, ReloadRequest } from '../reload/reload-outcome.ts'
import type { PoolOperations } from '../reload/resize-pool.ts'
import type { WorkerState } from './worker-state.ts'

/**
 * What the running supervisor tells about itself. Health, metrics and the command line read it; they change nothing but through
 * `restartWorker`, `reload`, `scalePool`, `drainPool` and `stop`. The others answer from memory.
 */
export interface Supervision {
  readonly version: string
  /** Address of the main listener, e.g. `http://127.0.0.1:8080`. */
  readonly url: string
  /** Absolute. */
  readonly dataDirectory: string
  readonly startedAt: Date
  readonly settings: Settings
  pools(): PoolFacts[]
  gateways(): ProcessFacts[]
  backends(): BackendFacts[]
  /** The last deaths, oldest first, at most DEATHS_KEPT_MAX. */
  deaths(): Death[]
  /** What a human should know although everything runs: a well-known port that is taken, an unknown setting. */
  warnings(): string[]
  /** Last metrics of each living process, the supervisor's own included. */
  snapshots(): LivingSnapshot[]
  /** Ready when the gateway and every backend are, and each service has a worker. */
  ready(): { ready: boolean; reasons: string[] }
  /** What went wrong although everything is served, such as a reload that was not applied. No values, since it is public. */
  troubles(): string[]
  /** Replaces one worker: the new one is ready before the old one drains. Throws WorkerUnknownError, WorkerKeptError, PoolUnknownError. */
  restartWorker(pool: string, slot: number): Promise<void>
  /** Reads the configuration again and applies the difference; `progress` gets a line for each step. */
  reload(request: ReloadRequest, progress?: (text: string) => void): Promise<ReloadOutcome>
  /** What `reload` would do now. */
  previewReload(request: ReloadRequest): ReloadOutcome
  readonly scalePool: PoolOperations['scale']
  readonly drainPool: PoolOperations['drain']
  /** Begins the orderly stop of the whole tree and returns at once. */
  stop(): void
}

export interface PoolFacts {
  name: string
  services: string[]
  min: number
  max: number
  /** `crash-loop`: deaths came so fast that restarts are held back; its services answer 503 meanwhile. */
  condition: 'ok' | 'crash-loop'
  workers: ProcessFacts[]
  /** Processes that wait for a worker to die, with slot numbers of their own. Absent when the pool keeps none. */
  spares?: ProcessFacts[]
}

/** One slot of a pool, with the process that fills it at the moment. */
export interface ProcessFacts {
  /** Unique per incarnation: `agent/0.3`. */
  id: string
  /** 0 while no process runs (waiting for its restart, or failed for good). */
  pid: number
  pool: string
  slot: number
  generation: number
  state: WorkerState
  startedAt: Date
  /** How often this slot was started again after a death. */
  restarts: number
  inFlight: number
  streams: number
  rssBytes: number
  loopDelayMs: number
  /** Milliseconds since its last heartbeat; undefined before the first one. */
  heartbeatAgeMs: number | undefined
  /** Why it gets no requests although it is `ready`: what its services say of themselves. */
  notReady?: string
}

export interface BackendFacts {
  name: string
  kind: 'embedded' | 'external'
  pid?: number
  /** `ready`, or why it is not: `starting`, `restarting`, `unreachable`, `stopped`. */
  state: 'starting' | 'ready' | 'restarting' | 'unreachable' | 'stopped'
  detail?: string
  /** Processes of this backend, for the memory sum. */
  pids?: number[]
}

export interface Death {
  /** ISO 8601. */
  time: string
  pool: string
  slot: number
  generation: number
  pid: number
  exitCode: number | null
  signal: string | null
  /** One sentence: what is known about the cause. */
  reason: string
  uptimeMs: number
}

export interface LivingSnapshot {
  /** The `id` of its ProcessFacts, or `supervisor`. */
  id: string
  pool: string
  process: ProcessIdentity
  snapshot: MetricsSnapshot
}

/** Keeps what dead processes counted, so that sums never decrease. Made by metrics/metrics-fold.ts, fed by the pools. */
export interface MetricsFold {
  /** Called once for each process that ended, with its last snapshot. */
  retire(process: ProcessIdentity, snapshot: MetricsSnapshot): void
}
