import type { Journal } from '#shared/journal/journal.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { WorkerAssignment } from '#shared/worker-protocol/worker-assignment.ts'

/** What a worker process gives to each service that it hosts. */
export interface ServiceContext {
  assignment: WorkerAssignment
  logger: Logger
  metrics: MetricsRegistry
  /** The process's connection pool, shared by its services. */
  database: Database
  /** The process's journal, registered on first use and shared by its services. */
  journal(): Promise<Journal>
  /** Aborts when the worker begins to drain. */
  draining: AbortSignal
}

/** A service inside a worker. `services/<name>/main.ts` exports `start: StartService`. */
export interface HostedService {
  name: string
  /** Answers the requests that the gateway addresses to this service. Never listens itself. */
  handle(request: Request): Response | Promise<Response>
  /** The service's OpenAPI document, built on demand so that start-up does not pay for it. */
  openapi(): Promise<unknown>
  /**
   * Asked every second: undefined when requests may come, else why not, as one sentence. Throwing, or a second without an answer, is a no. A worker
   * that is not ready gets no requests, and is left alive. It is for what this worker lacks and others may have, such as an index that it is still
   * loading. What all of them lack together, such as the database, does not belong here: nobody would be left to say so with a clear answer.
   */
  ready?(): Promise<string | undefined>
  /** Some runs became claimable (a worker died, a run was queued elsewhere): look now, not at the next poll. */
  nudge?(): void
  /** Called once the process drains: no new request arrives; finish background work or hand it back to the journal. */
  stop(): Promise<void>
}

export type StartService = (context: ServiceContext) => Promise<HostedService>

/** Header by which the gateway tells a worker which of its services a request is for. */
export const SERVICE_HEADER = 'x-orrery-service'
