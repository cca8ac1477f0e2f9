import { answerWait } from './answer-wait.ts'
import { AGAIN_MS, type Driving, RUN_MS_MAX, think, type WantedRun } from './driven-run.ts'
import { readServerEvents } from './read-server-events.ts'

interface ShownEvent {
  type: string
  eventId?: string
  question?: { value: { content: string } }
}

const FINAL = /^run-(completed|failed|cancelled)$/

/** Follows a run by its numbered events, coming back after every break with the last number, and answers its questions. */
export const followEvents = async (driving: Driving, { flow }: WantedRun, runId: string): Promise<void> => {
  const { tally } = driving
  let last = -1
  for (const deadline = performance.now() + RUN_MS_MAX; performance.now() < deadline; await Bun.sleep(AGAIN_MS)) {
    try {
      for await (const { id, event } of readEvents(driving, runId, last)) {
        if (id !== last + 1) tally.failed(`${flow.name}: event ${id} after ${last}`)
        last = id
        if (event.question) {
          const { eventId = '', question } = event
          void think().then(() => answerWait(driving, { runId, eventId, asked: question.value.content }))
        }
        if (FINAL.test(event.type)) return tally.did('followed by events to the end')
      }
    } catch {
      // Told by the tally: whatever broke it, the client comes back.
    }
    tally.did('came back with Last-Event-ID')
  }
}

/** Nothing when the answer is no stream. */
async function* readEvents({ api }: Driving, runId: string, after: number) {
  const response = await api.get(`/api/runs/${runId}/events`, after < 0 ? {} : { 'last-event-id': String(after) })
  if (!response.ok) return void (await response.text())
  for await (const { id, data } of readServerEvents(response))
    yield { id: Number(id), event: JSON.parse(data) as ShownEvent }
}
