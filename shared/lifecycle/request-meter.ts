import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { RouteClass } from './route-class.ts'

/** Counts requests from their arrival to the last byte of their answer. */
export interface RequestMeter {
  /** Runs `answer` and measures it. A streamed body counts as in flight, and as a stream, until it ends or is cancelled. */
  measure(target: MeasuredTarget, answer: () => Response | Promise<Response>): Promise<Response>
  counts(): { inFlight: number; streams: number }
  /** Resolves when nothing is in flight any more, or after `msMax`. */
  idle(msMax: number): Promise<void>
}

/** What a request is for. */
export interface MeasuredTarget {
  service: string
  route: RouteClass
}

const MILLISECONDS = 1000
const EVENT_STREAM = 'text/event-stream'

export const createRequestMeter = (metrics: MetricsRegistry): RequestMeter => {
  const total = metrics.counter('orrery_requests_total', 'Requests answered, by service and status')
  const seconds = metrics.histogram(
    'orrery_request_seconds',
    'Time from a request to the head of its answer, by service, class of the route and whether the answer is a stream',
  )
  const waiters = new Set<() => void>()
  let inFlight = 0
  let streams = 0

  const settle = () => {
    inFlight -= 1
    if (inFlight > 0) return
    for (const resolve of waiters) resolve()
    waiters.clear()
  }

  const measureStream = (response: Response): Response => {
    streams += 1
    const ended = once(() => {
      streams -= 1
      settle()
    })
    return new Response(watchBody(response.body as ReadableStream<Uint8Array>, ended), response)
  }

  return {
    async measure({ service, route }, answer) {
      inFlight += 1
      const started = performance.now()
      try {
        const response = await answer()
        total.add(1, { service, status: String(response.status) })
        const isStream = response.headers.get('content-type')?.startsWith(EVENT_STREAM) === true
        const labels = { service, route, answer: isStream ? 'stream' : 'whole' }
        seconds.observe((performance.now() - started) / MILLISECONDS, labels)
        // Only event streams are watched: looking at the body of another response would cost it its fast path.
        if (isStream && response.body) return measureStream(response)
        settle()
        return response
      } catch (error) {
        settle()
        throw error
      }
    },
    counts: () => ({ inFlight, streams }),
    idle(msMax) {
      if (inFlight === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, msMax)
        waiters.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    },
  }
}

/** The same bytes, pulled one piece at a time, with word of the end, however it comes. */
const watchBody = (body: ReadableStream<Uint8Array>, ended: () => void): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        ended()
        controller.close()
      } catch (error) {
        ended()
        controller.error(error)
      }
    },
    async cancel(reason) {
      ended()
      await reader.cancel(reason)
    },
  })
}

const once = (act: () => void): (() => void) => {
  let done = false
  return () => {
    if (done) return
    done = true
    act()
  }
}
