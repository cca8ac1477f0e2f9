import { ServiceCrowdedError, ServiceStartingError, WorkerLostError, WorkerSilentError } from './errors.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { type ForwardBody, framingLines } from './request-body.ts'
import { classifyFailure, isWorkersFault, type SendFailure } from './send-failure.ts'
import type { Traffic } from './traffic.ts'
import type { UpstreamWorker, UpstreamWorkers } from './upstream-workers.ts'
import type { ResponseTaker, UpstreamConnection } from './wire/upstream-connection.ts'
import type { UpstreamResponse } from './wire/upstream-response.ts'
import type { WorkerConnections } from './wire/worker-connections.ts'

export interface ForwardDependencies {
  workers: UpstreamWorkers
  connections: WorkerConnections
  traffic: Traffic
  metrics: GatewayMetrics
  /** How long a request may wait for a worker that can take it. */
  workerWaitMsMax: number
}

export interface ForwardOrder {
  service: string
  method: string
  /** Path and query. */
  target: string
  /** Header lines but for those that frame the body. */
  lines: string
  body: ForwardBody
  /** True when doing it twice is the same as doing it once. */
  repeatable: boolean
  /** Requests with the same one prefer the same worker. */
  stickyKey?: string | undefined
  /** The client asks to go on as a WebSocket. */
  upgrade?: boolean
  client: Leaving
}

/** A response whose body is still to come, and who gives it. */
export interface Forwarded {
  response: UpstreamResponse
  worker: UpstreamWorker
}

/** Whoever waits for the answer, and may leave. */
export interface Leaving {
  readonly left: boolean
  /** Aborts when it leaves. Made when it is first asked for, since few requests need it. */
  readonly signal: AbortSignal
  onLeft: (() => void) | undefined
}

/** Longer than any worker needs to be back after a crash, shorter than most clients' patience. */
export const WORKER_WAIT_MS_MAX = 10_000
/** A worker that refused may only have been slow to accept; it is asked again when no other came within this time. */
const NEXT_WORKER_MS_MAX = 500
/** The client is gone: there is nobody to answer. */
export class ClientLeftError extends Error {
  override readonly name = 'ClientLeftError'
}

/** Attempts after an unknown outcome, the first included. Those that were never sent do not count. */
const ATTEMPTS_MAX = 3
const PAUSE_MS_MAX = 50

/** Who waits for a worker's response. Called back once, mostly within the event that brings it: a promise and its turn would cost more. */
export interface ForwardTaker {
  /** `worker.requests` counts the request until the taker takes it off. */
  forwarded(forwarded: Forwarded): void
  /** WorkerLostError, WorkerSilentError, ClientLeftError, or what `take` throws. */
  failed(error: unknown): void
}

/** The same for whoever would rather wait. */
export const forwardRequest = (dependencies: ForwardDependencies, order: ForwardOrder): Promise<Forwarded> =>
  new Promise((resolve, reject) => startForwarding(dependencies, order, { forwarded: resolve, failed: reject }))

/**
 * Sends a request to a worker of its service and tells `taker` of the worker's response, whose body is still to come. Sends it again, to another
 * worker, when that cannot do the work twice: after a connection that was never made any request, after a broken one only what is repeatable
 * and within the retry budget.
 */
export const startForwarding = (dependencies: ForwardDependencies, order: ForwardOrder, taker: ForwardTaker): void =>
  new Forwarding(dependencies, order, taker).attempt()

const NOBODY_YET: ReadonlySet<string> = new Set()

/** One request on its way to a worker that answers. A class, since every request makes one. */
class Forwarding implements ResponseTaker, Attempts {
  readonly #dependencies: ForwardDependencies
  readonly #order: ForwardOrder
  readonly #taker: ForwardTaker
  readonly deadline: number
  tried = NOBODY_YET
  sent = 0
  /** Who has the request; nobody once it was answered or refused. */
  #worker: UpstreamWorker | undefined

  constructor(dependencies: ForwardDependencies, order: ForwardOrder, taker: ForwardTaker) {
    this.#dependencies = dependencies
    this.#order = order
    this.#taker = taker
    this.deadline = Date.now() + dependencies.workerWaitMsMax
  }

  attempt(): void {
    const { service, stickyKey } = this.#order
    let worker: UpstreamWorker | undefined
    try {
      worker = this.#dependencies.workers.takeNow(service, this.tried, stickyKey)
    } catch (error) {
      this.#taker.failed(error)
      return
    }
    if (worker) this.#sendTo(worker)
    else {
      nextWorker(this.#dependencies.workers, this.#order, this).then(
        (next) => this.#sendTo(next),
        (error: unknown) => this.#taker.failed(error),
      )
    }
  }

  #sendTo(worker: UpstreamWorker): void {
    worker.requests += 1
    this.#worker = worker
    try {
      const taken = this.#dependencies.connections.take(worker)
      if (!(taken instanceof Promise)) this.#sendOn(taken)
      else taken.then((connection) => this.#sendOn(connection)).catch((error: unknown) => this.failed(error))
    } catch (error) {
      this.failed(error)
    }
  }

  #sendOn(connection: UpstreamConnection): void {
    const { method, target, lines, body, client, upgrade = false } = this.#order
    if (client.left) {
      connection.close()
      this.failed(new ClientLeftError())
      return
    }
    client.onLeft = () => connection.fail(new ClientLeftError())
    const whole = body.whole()
    const head = `${method} ${target} HTTP/1.1\r\n${lines}${framingLines(body, whole)}\r\n`
    connection.send({ method, head, whole, body: body.ended ? undefined : body, upgrade }, this)
  }

  answered(response: UpstreamResponse): void {
    const worker = this.#worker
    if (!worker) return
    this.#worker = undefined
    this.#dependencies.workers.answered(worker)
    this.#taker.forwarded({ response, worker })
  }

  failed(error: unknown): void {
    const worker = this.#worker
    this.#worker = undefined
    if (!worker) return
    worker.requests -= 1
    try {
      noteFailure(this.#dependencies, this.#order, { attempts: this, worker, error })
    } catch (reason) {
      this.#taker.failed(reason)
      return
    }
    // The first time another worker is asked at once: most failures are those of one worker.
    if (this.tried.size > 1) void Bun.sleep(Math.random() * PAUSE_MS_MAX).then(() => this.attempt())
    else this.attempt()
  }
}

interface Attempts {
  tried: ReadonlySet<string>
  /** Attempts whose outcome is unknown. */
  sent: number
  /** Unix milliseconds. */
  readonly deadline: number
}

/** Returns when the request may be sent again, throws when not. */
const noteFailure = (
  { workers, metrics }: ForwardDependencies,
  order: ForwardOrder,
  { attempts, worker, error }: { attempts: Attempts; worker: UpstreamWorker; error: unknown },
): void => {
  if (order.client.left) throw new ClientLeftError()
  if (order.body.failure) throw order.body.failure
  const failure = classifyFailure(error)
  if (isWorkersFault(error)) workers.failed(worker, failure === 'never-sent' ? 'connect' : 'response')
  if (failure !== 'never-sent') attempts.sent += 1
  if (!mayTryAgain(failure, order, { attempts, workers, worker })) throw toError(order.service, failure, error)
  attempts.tried = new Set([...attempts.tried, worker.id])
  metrics.retried(order.service, failure)
}

/** Another worker than those tried; when none comes soon, any. */
const nextWorker = async (
  workers: UpstreamWorkers,
  { service, client, stickyKey }: ForwardOrder,
  attempts: Attempts,
): Promise<UpstreamWorker> => {
  const { tried, deadline } = attempts
  const leftMs = Math.max(0, deadline - Date.now())
  const options = (waitMsMax: number, notTo = tried) => ({
    tried: notTo,
    stickyKey,
    isAgain: tried.size > 0,
    waitMsMax,
    get signal() {
      return client.signal
    },
  })
  if (tried.size === 0) return workers.take(service, options(leftMs))
  try {
    return await workers.take(service, options(Math.min(leftMs, NEXT_WORKER_MS_MAX)))
  } catch (error) {
    const isNoneLeft = error instanceof ServiceStartingError || error instanceof ServiceCrowdedError
    if (!isNoneLeft || leftMs === 0) throw error
    attempts.tried = NOBODY_YET
    return workers.take(service, options(Math.max(0, deadline - Date.now()), NOBODY_YET))
  }
}

const mayTryAgain = (
  failure: SendFailure,
  { body, repeatable }: ForwardOrder,
  { attempts, workers, worker }: { attempts: Attempts; workers: UpstreamWorkers; worker: UpstreamWorker },
): boolean => {
  if (!body.replayable) return false
  if (failure === 'never-sent') return true
  if (failure === 'timeout' || !repeatable || attempts.sent >= ATTEMPTS_MAX) return false
  return workers.mayRetry(worker)
}

const toError = (service: string, failure: SendFailure, cause: unknown) =>
  failure === 'timeout' ? new WorkerSilentError(service, cause) : new WorkerLostError(service, cause)
