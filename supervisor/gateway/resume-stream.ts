import { RESUME_AFTER } from '#shared/http/resumable-stream.ts'
import { createEventCutter } from './event-cutter.ts'
import { type ForwardDependencies, forwardRequest } from './forward-request.ts'
import { ownBody } from './request-body.ts'
import type { UpstreamWorker } from './upstream-workers.ts'
import type { BodySink, BodySource } from './wire/body-sink.ts'
import type { UpstreamResponse } from './wire/upstream-response.ts'

export interface ResumableStream {
  service: string
  /** Path on a worker of the service that gives the events after a number. */
  resumePath: string
  /** Header lines for that request: who asks, for whom. */
  lines(): string
  /** Called when another worker goes on, before its first event. */
  moved(worker: UpstreamWorker): void
}

/** A stream that found no worker to go on with for this long is given up. */
const RESUME_MS_MAX = 120_000
/** Between two attempts: the run must first be claimed, and the dead worker leave the routes. */
const RESUME_PAUSE_MS = 50

/**
 * Passes a worker's event stream on so that it outlives the worker: when its connection breaks, another worker of the service is asked for
 * the events after those that were passed on whole, as often as it takes. No event is missing and none comes twice, since both workers read
 * them from the same journal. The sink sees a broken end when no worker goes on within RESUME_MS_MAX.
 */
export const resumeStream = (
  dependencies: ForwardDependencies,
  stream: ResumableStream,
  { first, sink }: { first: UpstreamResponse; sink: BodySink },
): BodySource & { start(): void } => {
  const cutter = createEventCutter()
  const stopped = new AbortController()
  const waiting = {
    get left() {
      return stopped.signal.aborted
    },
    signal: stopped.signal,
    onLeft: undefined as (() => void) | undefined,
  }
  let current = first

  const own: BodySink = {
    write(bytes) {
      const whole = cutter.push(bytes)
      return whole.length === 0 || sink.write(whole)
    },
    end(how) {
      if (how === 'complete' && cutter.atBorder()) sink.end('complete')
      else void goOn()
    },
  }

  /** Never rejects. */
  const goOn = async (): Promise<void> => {
    cutter.dropIncomplete()
    const target = withAfter(stream.resumePath, cutter.count)
    const deadline = Date.now() + RESUME_MS_MAX
    while (!stopped.signal.aborted) {
      const next = await openNext(dependencies, stream, { target, waiting })
      if (stopped.signal.aborted) return next?.cancel()
      if (next) {
        current = next
        return next.deliver(own, 'data')
      }
      if (Date.now() > deadline) return sink.end('broken')
      await Bun.sleep(RESUME_PAUSE_MS)
    }
  }

  return {
    start: () => first.deliver(own, 'data'),
    resume: () => current.resume(),
    cancel() {
      stopped.abort()
      waiting.onLeft?.()
      current.cancel()
    },
  }
}

/** The stream of another worker, or undefined when none can give it now. */
const openNext = async (
  dependencies: ForwardDependencies,
  { service, lines, moved }: ResumableStream,
  { target, waiting }: { target: string; waiting: Parameters<typeof forwardRequest>[1]['client'] },
): Promise<UpstreamResponse | undefined> => {
  const order = { service, method: 'GET', target, lines: lines(), body: ownBody(), client: waiting, repeatable: true }
  try {
    const { response, worker } = await forwardRequest(dependencies, order)
    worker.requests -= 1
    if (response.status === 200) {
      moved(worker)
      return response
    }
    response.cancel()
  } catch {
    // Nobody serves it at the moment, or whoever did is gone already: asked again in a moment.
  }
  return undefined
}

const withAfter = (path: string, count: number): string =>
  `${path}${path.includes('?') ? '&' : '?'}${RESUME_AFTER}=${count}`
