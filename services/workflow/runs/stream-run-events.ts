import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { withHeartbeats } from '#shared/http/heartbeats.ts'
import type { FollowRun } from './run-tail.ts'

/** A run's durable events from after `lastEventId` on, until the run ends. An id that is no number counts as none. */
export const streamRunEvents = (
  dependencies: { follow: FollowRun; heartbeatMs: number },
  wanted: { runId: string; lastEventId: string | null },
): Response => {
  const after = /^\d{1,9}$/.test(wanted.lastEventId ?? '') ? Number(wanted.lastEventId) : -1
  async function* produce(signal: AbortSignal): AsyncGenerator<string> {
    for await (const { event, sequence } of dependencies.follow(wanted.runId, after, signal)) {
      yield formatEvent(JSON.stringify(event), { id: String(sequence), event: event.type })
    }
  }
  return streamResponse((signal) => withHeartbeats(produce(signal), dependencies.heartbeatMs))
}
