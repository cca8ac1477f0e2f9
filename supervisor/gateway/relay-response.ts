import { stripHopByHop } from './forwarded-headers.ts'
import type { OpenBodies } from './open-bodies.ts'
import type { Traffic } from './traffic.ts'
import type { UpstreamWorker } from './upstream-workers.ts'

/** Statuses whose response has no body (RFC 9110). */
const BODILESS = new Set([204, 205, 304])

/**
 * A worker's response for the client. Bodies of a declared length pass through untouched; of the others the end is watched, because open
 * streams count. `onEnd` is called once: with undefined when nothing more is to be watched, else with how the body ended.
 */
export const relayResponse = (
  { bodies, traffic }: { bodies: OpenBodies; traffic: Traffic },
  { response, worker, method }: { response: Response; worker: UpstreamWorker; method: string },
  onEnd: (end: string | undefined) => void,
): Response => {
  const { headers } = response
  stripHopByHop(headers)
  const measured = method === 'HEAD' || BODILESS.has(response.status) || headers.has('content-length')
  // Only to look at `body` makes a stream of it, which costs as much again as the whole request.
  if (measured || response.body === null) {
    worker.requests -= 1
    onEnd(undefined)
    return response
  }
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') ?? false
  if (isStream) {
    worker.requests -= 1
    worker.streams += 1
    traffic.inFlight -= 1
    traffic.streams += 1
  }
  const body = bodies.relay(response.body as ReadableStream<Uint8Array>, (end) => {
    if (isStream) {
      worker.streams -= 1
      traffic.streams -= 1
      traffic.inFlight += 1 // onEnd takes every request off, whatever it was last
    } else worker.requests -= 1
    onEnd(end === 'complete' ? undefined : end)
  })
  return new Response(body, { status: response.status, statusText: response.statusText, headers })
}
