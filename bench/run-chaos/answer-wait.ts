import { replyTo } from './chaos-flows.ts'
import { AGAIN_MS, type Driving, RUN_MS_MAX } from './driven-run.ts'
import { isTransient } from './run-api.ts'

/** The same for every attempt at one answer: what counted already is not refused when it is sent again. */
export const answerKey = (eventId: string): Record<string, string> => ({ 'idempotency-key': `answer-${eventId}` })

/** Answers a question of a run that nobody streams, again and again under its key until it counts. */
export const answerWait = async (
  { api, tally }: Driving,
  { runId, eventId, asked }: { runId: string; eventId: string; asked: string },
): Promise<void> => {
  for (const deadline = performance.now() + RUN_MS_MAX; performance.now() < deadline; await Bun.sleep(AGAIN_MS)) {
    const response = await api
      .send(`/api/runs/${runId}/resume`, { eventId, content: replyTo(asked) }, answerKey(eventId))
      .catch(() => undefined)
    const problem = (await response?.text().catch(() => '')) ?? ''
    if (response?.ok) return tally.did('questions answered')
    if (response && !isTransient(response.status) && response.status !== 409) {
      return tally.failed(`answer refused: ${response.status} ${problem.slice(0, 200)}`)
    }
    tally.did('answers repeated under their key')
  }
  tally.failed('a question could not be answered')
}
