import { replyTo } from './chaos-flows.ts'
import { AGAIN_MS, type Driving, RUN_MS_MAX } from './driven-run.ts'
import { isTransient } from './run-api.ts'

/** Answers a question of a run that nobody streams, again and again until it counts. Only after an attempt of unknown end it may be gone. */
export const answerWait = async (
  { api, tally }: Driving,
  { runId, eventId, asked }: { runId: string; eventId: string; asked: string },
): Promise<void> => {
  let isUnsure = false
  for (const deadline = performance.now() + RUN_MS_MAX; performance.now() < deadline; await Bun.sleep(AGAIN_MS)) {
    const response = await api
      .send(`/api/runs/${runId}/resume`, { eventId, content: replyTo(asked) })
      .catch(() => undefined)
    const problem = (await response?.text().catch(() => '')) ?? ''
    if (response?.ok) return tally.did('questions answered')
    if (response?.status === 404 && isUnsure) return tally.did('questions answered by an attempt of unknown end')
    if (response && !isTransient(response.status) && response.status !== 409) {
      return tally.failed(`answer refused: ${response.status} ${problem.slice(0, 200)}`)
    }
    isUnsure = true
    tally.did('answers repeated')
  }
  tally.failed('a question could not be answered')
}
