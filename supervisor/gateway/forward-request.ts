import { ServiceStartingError, WorkerLostError, WorkerSilentError } from './errors.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'
import type { RequestBody } from './request-body.ts'
import { mayRetry } from './retry-budget.ts'
import { classifyFailure, type SendFailure } from './send-failure.ts'
import type { Traffic } from './traffic.ts'
import type { UpstreamWorker, UpstreamWorkers } from './upstream-workers.ts'

export interface ForwardDependencies {
  workers: UpstreamWorkers
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
  headers: Headers
  body: RequestBody
  /** True when doing it twice is the same as doing it once. */
  repeatable: boolean
  /** Aborts when the client leaves. */
  signal: AbortSignal
}

/** Longer than any worker needs to be back after a crash, shorter than most clients' patience. */
export const WORKER_WAIT_MS_MAX = 10_000
/** A worker that refused may only have been slow to accept; it is asked again when no other came within this time. */
const NEXT_WORKER_MS_MAX = 500
/** Requests to one worker may be silent this long: an answer that is not streamed can take many model calls. */
const SILENCE_MS_MAX = 1_800_000
/** Attempts after an unknown outcome, the first included. Those that were never sent do not count. */
const ATTEMPTS_MAX = 3
const PAUSE_MS_MAX = 50

/**
 * Sends a request to a worker of its service and returns the worker's response with its body still to come; `worker.requests` counts it
 * until the caller takes it off. Sends it again, to another worker, when that cannot do the work twice: after a connection that was never
 * made any request, after a broken one only what is repeatable and within the retry budget. Throws WorkerLostError, WorkerSilentError,
 * BodyTooLargeError, what `take` throws, and the signal's reason.
 */
export const forwardRequest = async (
  dependencies: ForwardDependencies,
  order: ForwardOrder,
): Promise<{ response: Response; worker: UpstreamWorker }> => {
  const deadline = Date.now() + dependencies.workerWaitMsMax
  const attempts: Attempts = { tried: new Set(), sent: 0, retrying: false, deadline }
  try {
    for (;;) {
      const worker = await nextWorker(dependencies.workers, order, attempts)
      worker.requests += 1
      try {
        const response = await send(worker, order)
        dependencies.workers.answered(worker)
        return { response, worker }
      } catch (error) {
        worker.requests -= 1
        noteFailure(dependencies, order, { attempts, worker, error })
      }
      await Bun.sleep(Math.random() * PAUSE_MS_MAX)
    }
  } finally {
    if (attempts.retrying) dependencies.traffic.retrying -= 1
  }
}

interface Attempts {
  tried: Set<string>
  /** Attempts whose outcome is unknown. */
  sent: number
  /** True once this request is counted in the retry budget. */
  retrying: boolean
  /** Unix milliseconds. */
  deadline: number
}

/** Returns when the request may be sent again, throws when not. */
const noteFailure = (
  { workers, traffic, metrics }: ForwardDependencies,
  order: ForwardOrder,
  { attempts, worker, error }: { attempts: Attempts; worker: UpstreamWorker; error: unknown },
): void => {
  order.signal.throwIfAborted()
  if (order.body.tooLarge) throw order.body.tooLarge
  const failure = classifyFailure(error)
  workers.failed(worker, failure === 'never-sent' ? 'connect' : 'response')
  if (failure !== 'never-sent') attempts.sent += 1
  if (!mayTryAgain(failure, order, { attempts, traffic })) throw toError(order.service, failure, error)
  if (failure !== 'never-sent' && !attempts.retrying) {
    attempts.retrying = true
    traffic.retrying += 1
  }
  attempts.tried.add(worker.id)
  metrics.retried(order.service, failure)
}

/** Another worker than those tried; when none comes soon, any. */
const nextWorker = async (
  workers: UpstreamWorkers,
  { service, signal }: ForwardOrder,
  { tried, deadline }: Attempts,
): Promise<UpstreamWorker> => {
  const leftMs = Math.max(0, deadline - Date.now())
  if (tried.size === 0) return workers.take(service, { tried, signal, waitMsMax: leftMs })
  try {
    return await workers.take(service, { tried, signal, waitMsMax: Math.min(leftMs, NEXT_WORKER_MS_MAX) })
  } catch (error) {
    if (!(error instanceof ServiceStartingError) || leftMs === 0) throw error
    tried.clear()
    return workers.take(service, { tried, signal, waitMsMax: Math.max(0, deadline - Date.now()) })
  }
}

const send = (worker: UpstreamWorker, { method, target, headers, body, signal }: ForwardOrder): Promise<Response> =>
  fetch(`http://worker${target}`, {
    unix: worker.socketPath,
    method,
    headers,
    body: body.open() ?? null,
    signal,
    redirect: 'manual',
    decompress: false,
    timeout: SILENCE_MS_MAX,
  })

const mayTryAgain = (
  failure: SendFailure,
  { body, repeatable }: ForwardOrder,
  { attempts, traffic }: { attempts: Attempts; traffic: Traffic },
): boolean => {
  if (!body.replayable) return false
  if (failure === 'never-sent') return true
  if (failure === 'timeout' || !repeatable || attempts.sent >= ATTEMPTS_MAX) return false
  return attempts.retrying || mayRetry({ active: traffic.inFlight, retrying: traffic.retrying })
}

const toError = (service: string, failure: SendFailure, cause: unknown) =>
  failure === 'timeout' ? new WorkerSilentError(service, cause) : new WorkerLostError(service, cause)
