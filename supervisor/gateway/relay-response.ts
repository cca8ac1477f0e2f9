import { RESUME_HEADER } from '#shared/http/resumable-stream.ts'
import type { ForwardDependencies } from './forward-request.ts'
import { stripHopByHop } from './forwarded-headers.ts'
import type { OpenBodies } from './open-bodies.ts'
import { type ResumableStream, resumeStream } from './resume-stream.ts'
import type { UpstreamWorker } from './upstream-workers.ts'

/** Statuses whose response has no body (RFC 9110). */
const BODILESS = new Set([204, 205, 304])

export interface RelayedResponse {
  response: Response
  worker: UpstreamWorker
  method: string
  /** How another worker is asked to go on with it. */
  resume: Pick<ResumableStream, 'service' | 'headers'>
}

/**
 * A worker's response for the client. Bodies of a declared length pass through untouched; of the others the end is watched, because open
 * streams count; an event stream that declares itself resumable goes on when its worker dies. `onEnd` is called once: with undefined when nothing more is to be watched, else with how the body ended.
 */
export const relayResponse = (
  dependencies: ForwardDependencies & { bodies: OpenBodies },
  { response, worker, method, resume }: RelayedResponse,
  onEnd: (end: string | undefined) => void,
): Response => {
  const { headers } = response
  const { bodies, traffic } = dependencies
  const resumePath = headers.get(RESUME_HEADER)
  headers.delete(RESUME_HEADER)
  stripHopByHop(headers)
  const measured = method === 'HEAD' || BODILESS.has(response.status) || headers.has('content-length')
  // Only to look at `body` makes a stream of it, which costs as much again as the whole request.
  if (measured || response.body === null) {
    worker.requests -= 1
    onEnd(undefined)
    return response
  }
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false
  let holder = worker
  if (isStream) {
    worker.requests -= 1
    worker.streams += 1
    traffic.inFlight -= 1
    traffic.streams += 1
  }
  const moved = (next: UpstreamWorker) => {
    holder.streams -= 1
    holder = next
    holder.streams += 1
  }
  const received = response.body as ReadableStream<Uint8Array>
  const source =
    isStream && resumePath ? resumeStream(dependencies, { ...resume, resumePath, moved }, received) : received
  const body = bodies.relay(source, (end) => {
    if (isStream) {
      holder.streams -= 1
      traffic.streams -= 1
      traffic.inFlight += 1 // onEnd takes every request off, whatever it was last
    } else worker.requests -= 1
    onEnd(end === 'complete' ? undefined : end)
  })
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}
