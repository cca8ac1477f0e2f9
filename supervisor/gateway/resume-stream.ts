import { RESUME_AFTER } from '#shared/http/resumable-stream.ts'
import { createEventCutter } from './event-cutter.ts'
import { type ForwardDependencies, forwardRequest } from './forward-request.ts'
import { emptyBody } from './request-body.ts'
import type { UpstreamWorker } from './upstream-workers.ts'

export interface ResumableStream {
  service: string
  /** Path on a worker of the service that gives the events after a number. */
  resumePath: string
  /** Headers for that request: who asks, for whom. */
  headers: Headers
  /** Called when another worker goes on, before its first event. */
  moved(worker: UpstreamWorker): void
}

/** A stream that found no worker to go on with for this long is given up. */
const RESUME_MS_MAX = 30_000
/** Between two attempts: the run must first be claimed, and the dead worker leave the routes. */
const RESUME_PAUSE_MS = 50

/**
 * A worker's event stream that outlives the worker: when its connection breaks, another worker of the service is asked for the events
 * after those that were passed on whole, as often as it takes. No event is missing and none comes twice, since both workers read them
 * from the same journal. Errors, as the source would, when no worker goes on within RESUME_MS_MAX.
 */
export const resumeStream = (
  dependencies: ForwardDependencies,
  stream: ResumableStream,
  source: ReadableStream<Uint8Array>,
): ReadableStream<Uint8Array> => {
  const left = new AbortController()
  const cutter = createEventCutter()
  let reader = source.getReader()

  const goOn = async (): Promise<void> => {
    cutter.dropIncomplete()
    const target = withAfter(stream.resumePath, cutter.count)
    const deadline = Date.now() + RESUME_MS_MAX
    for (;;) {
      left.signal.throwIfAborted()
      try {
        const next = await openNext(dependencies, stream, { target, signal: left.signal })
        reader = next.getReader()
        return
      } catch (error) {
        if (Date.now() > deadline) throw error
        await Bun.sleep(RESUME_PAUSE_MS)
      }
    }
  }

  const readOnce = async (): Promise<Uint8Array | 'end' | 'broken'> => {
    const part = await reader.read().catch(() => undefined)
    if (!part) return 'broken'
    if (part.done) return cutter.atBorder() ? 'end' : 'broken'
    return cutter.push(part.value)
  }

  /** The next whole events, or undefined at the end. */
  const read = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      const part = await readOnce()
      if (part === 'end') return undefined
      if (part === 'broken') await goOn()
      else if (part.length > 0) return part
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const whole = await read()
          if (whole) controller.enqueue(whole)
          else controller.close()
        } catch (error) {
          controller.error(error)
        }
      },
      cancel(reason) {
        left.abort(reason)
        return reader.cancel(reason).catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
}

const openNext = async (
  dependencies: ForwardDependencies,
  { service, headers, moved }: ResumableStream,
  { target, signal }: { target: string; signal: AbortSignal },
): Promise<ReadableStream<Uint8Array>> => {
  const order = { service, method: 'GET', target, headers, body: emptyBody(), signal, repeatable: true }
  const { response, worker } = await forwardRequest(dependencies, order)
  worker.requests -= 1
  if (response.status === 200 && response.body && !signal.aborted) {
    moved(worker)
    return response.body as ReadableStream<Uint8Array> // safe: a response's body is bytes, whatever the merged library types say
  }
  await response.body?.cancel()
  throw new Error(`The stream cannot be gone on with: status ${response.status}.`)
}

const withAfter = (path: string, count: number): string =>
  `${path}${path.includes('?') ? '&' : '?'}${RESUME_AFTER}=${count}`
