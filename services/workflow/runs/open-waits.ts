import type { NodeWaiting, RunEvent } from '../engine/run-events.ts'

/** The waits of a run that nothing has ended, by event id, oldest first. */
export const openWaits = (events: readonly RunEvent[]): ReadonlyMap<string, NodeWaiting> => {
  const open = new Map<string, NodeWaiting>()
  for (const event of events) {
    if (event.type === 'node-waiting') open.set(event.eventId, event)
    else if (event.type === 'node-resumed') open.delete(event.eventId)
  }
  return open
}
