import { AGAIN_MS, type Driving, RUN_MS_MAX, startBody, type WantedRun } from './driven-run.ts'
import { finishRun } from './finish-run.ts'
import { followEvents } from './follow-events.ts'
import { isTransient } from './run-api.ts'

/** Starts a run that nobody streams and brings it to its end. A start without an answer is repeated under its key. */
export const driveQueued = async (driving: Driving, wanted: WantedRun): Promise<void> => {
  const runId = await startQueued(driving, wanted)
  if (runId === undefined) return
  driving.accepted.set(runId, wanted.q)
  const byEvents = Math.random() < 0.5
  if (byEvents) await followEvents(driving, wanted, runId)
  await finishRun(driving, wanted, { runId, shown: '' })
}

const startQueued = async (driving: Driving, wanted: WantedRun): Promise<string | undefined> => {
  const { api, tally } = driving
  for (const deadline = performance.now() + RUN_MS_MAX; performance.now() < deadline; await Bun.sleep(AGAIN_MS)) {
    const response = await api
      .send('/api/runs', startBody(driving, wanted), { 'idempotency-key': wanted.q })
      .catch(() => undefined)
    const answer = (await response?.json().catch(() => undefined)) as { id?: string } | undefined
    if (response?.ok && answer?.id) {
      if (response.status === 200) tally.did('starts that a key had done already')
      return answer.id
    }
    if (response && !response.ok && !isTransient(response.status)) {
      tally.failed(`start refused: ${response.status} ${JSON.stringify(answer)}`)
      return undefined
    }
    tally.did('starts repeated under their key')
  }
  tally.failed('a run could not be started')
  return undefined
}
