import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { markSilence, SILENCE } from './mark-silence.ts'
import type { FollowRun } from './run-tail.ts'

/** A comment, which clients ignore: it keeps proxies from closing a quiet stream. */
const HEARTBEAT = ': alive\n\n'

/** A run's durable events from after `lastEventId` on, until the run ends. An id that is no number counts as none. */
export const streamRunEvents = (
  dependencies: { follow: FollowRun; heartbeatMs: number },
  wanted: { runId: string; lastEventId: string | null },
): Response => {
  const after = /^\d{1,9}$/.test(wanted.lastEventId ?? '') ? Number(wanted.lastEventId) : -1
  return streamResponse(async function* (signal) {
    const events = dependencies.follow(wanted.runId, after, signal)
    for await (const item of markSilence(events, dependencies.heartbeatMs)) {
      if (item === SILENCE) yield HEARTBEAT
      else yield formatEvent(JSON.stringify(item.event), { id: String(item.sequence), event: item.event.type })
    }
  })
}
