import type { FiringAlert } from '../metrics/alert-watch.ts'

/**
 * The document of `orrery status --json`: a contract, see "Names that others rely on" in ARCHITECTURE.md. Fields may be added, none may
 * be renamed, removed or change its type before a new major version.
 */
export interface StatusDocument {
  version: string
  ready: boolean
  url: string
  dataDirectory: string
  /** ISO 8601. */
  startedAt: string
  /** Proportional set size of the whole process tree, embedded backends included. */
  pssBytes: number
  supervisor: { pid: number }
  gateways: { pid: number; state: string }[]
  pools: PoolStatus[]
  backends: BackendStatus[]
  /** Why it is not ready; empty when it is. */
  reasons: string[]
  /** What a human should know although everything runs. */
  warnings: string[]
  /** What is too high at the moment. */
  alerts: FiringAlert[]
}

export interface PoolStatus {
  name: string
  services: string[]
  min: number
  max: number
  workers: WorkerStatus[]
  /** Processes that wait for a worker to die, with slot numbers of their own. */
  spares: WorkerStatus[]
}

export interface WorkerStatus {
  pid: number
  slot: number
  generation: number
  state: string
  startedAt: string
  /** How often this slot was started again after a death. */
  restarts: number
  inFlight: number
  streams: number
  rssBytes: number
  loopDelayMs: number
  /** Why it gets no requests although its state is `ready`: what its services say. */
  notReady?: string
}

export interface BackendStatus {
  name: string
  kind: 'embedded' | 'external'
  pid?: number
  state: string
  detail?: string
}
