import { answerWait } from './answer-wait.ts'
import { type Driving, RUN_MS_MAX, think, type WantedRun } from './driven-run.ts'
import { isTransient } from './run-api.ts'

/** What we read of `GET /api/runs/{id}`. */
interface RunDocument {
  state: string
  result: { content: string }
  error: { code: number; message: string } | null
  waits: { eventId: string; question: { content?: string } | null }[]
}

const POLL_MS = 250
const FINAL = new Set(['completed', 'failed', 'cancelled'])

/** Polls a run, answers its questions, and compares its end with what it must be. `shown` is what its caller has seen of it. */
export const finishRun = async (
  driving: Driving,
  wanted: WantedRun,
  { runId, shown }: { runId: string; shown: string },
): Promise<void> => {
  const answered = new Set<string>()
  for (const deadline = performance.now() + RUN_MS_MAX; performance.now() < deadline; await Bun.sleep(POLL_MS)) {
    const run = await readRun(driving, runId)
    if (run && FINAL.has(run.state)) return compareEnd(driving, wanted, { run, shown })
    for (const { eventId, question } of run?.waits ?? []) {
      if (!question || answered.has(eventId)) continue
      answered.add(eventId)
      void think().then(() => answerWait(driving, { runId, eventId, asked: question.content ?? '' }))
    }
  }
  driving.tally.failed(`${wanted.flow.name}: run ${runId} did not end`)
}

const compareEnd = (
  { tally }: Driving,
  { flow, q }: WantedRun,
  { run, shown }: { run: RunDocument; shown: string },
): void => {
  const { text } = flow.expect(q)
  if (run.state !== 'completed') tally.failed(`${flow.name}: ${run.state} ${JSON.stringify(run.error)}`)
  else if (run.result.content !== text) tally.failed(`${flow.name}: ${run.result.content} instead of ${text}`)
  else if (!text.startsWith(shown)) tally.failed(`${flow.name}: showed ${shown}, which is no beginning of ${text}`)
  else tally.did(`completed: ${flow.name}`)
}

const readRun = async ({ api, tally }: Driving, runId: string): Promise<RunDocument | undefined> => {
  const response = await api.get(`/api/runs/${runId}`).catch(() => undefined)
  if (response?.ok) return (await response.json().catch(() => undefined)) as RunDocument | undefined
  if (response && !isTransient(response.status)) tally.failed(`reading a run: ${response.status}`)
  await response?.text().catch(() => '')
  return undefined
}
