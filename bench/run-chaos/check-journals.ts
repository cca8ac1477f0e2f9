import { answerWait } from './answer-wait.ts'
import type { Driving } from './driven-run.ts'
import { readServerEvents } from './read-server-events.ts'

/** What the journal holds of one run, as `/api/runs/{id}/events` tells it. */
export interface JournalOfRun {
  q: string
  /** Its events that carry a time, in order; `at` in Unix milliseconds. */
  events: { at: number; type: string }[]
}

const PAGE = 100
const END_MS_MAX = 60_000
const READ_AT_ONCE = 8
const FINAL = /^run-(completed|failed|cancelled)$/

/** Waits until all runs are over, those too that nobody was told of, and answers what these ask. Counts those that are not over in the end. */
export const endAllRuns = async (driving: Driving): Promise<{ ids: string[]; stuck: number }> => {
  const deadline = performance.now() + END_MS_MAX
  const answered = new Set<string>()
  for (;;) {
    const runs = await listRuns(driving)
    const open = runs.filter(({ state }) => !['completed', 'failed', 'cancelled'].includes(state))
    if (open.length === 0 || performance.now() > deadline) return { ids: runs.map(({ id }) => id), stuck: open.length }
    for (const { id } of open) await answerAll(driving, id, answered)
    await Bun.sleep(200)
  }
}

const listRuns = async ({ api }: Driving): Promise<{ id: string; state: string }[]> => {
  const found: { id: string; state: string }[] = []
  for (let before: string | null = ''; before !== null; ) {
    const response = await api.get(`/api/runs?limit=${PAGE}${before === '' ? '' : `&beforeId=${before}`}`)
    const page = (await response.json()) as { runs: typeof found; nextBeforeId: string | null }
    found.push(...page.runs)
    before = page.nextBeforeId
  }
  return found
}

const answerAll = async (driving: Driving, runId: string, answered: Set<string>): Promise<void> => {
  const response = await driving.api.get(`/api/runs/${runId}`)
  const { waits } = (await response.json()) as {
    waits: { eventId: string; question: { content: string } | null }[]
  }
  for (const { eventId, question } of waits) {
    if (!question || answered.has(eventId)) continue
    answered.add(eventId)
    await answerWait(driving, { runId, eventId, asked: question.content })
  }
}

/** Reads every run's events from the first on, and notes each that is missing, repeated, or behind the last. */
export const readJournals = async (driving: Driving, ids: readonly string[]): Promise<Map<string, JournalOfRun>> => {
  const journals = new Map<string, JournalOfRun>()
  const left = [...ids]
  const readSome = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) journals.set(id, await readJournal(driving, id))
  }
  await Promise.all(Array.from({ length: READ_AT_ONCE }, readSome))
  return journals
}

const readJournal = async ({ api, tally }: Driving, runId: string): Promise<JournalOfRun> => {
  const journal: JournalOfRun = { q: '', events: [] }
  const finals: number[] = []
  let next = 0
  for await (const { id, data } of readServerEvents(await api.get(`/api/runs/${runId}/events`))) {
    const event = JSON.parse(data) as { type: string; at?: number; parameters?: { q: string } }
    if (Number(id) !== next) tally.failed(`run ${runId}: event ${id} where ${next} belongs`)
    if (FINAL.test(event.type)) finals.push(next)
    if (event.parameters) journal.q = event.parameters.q
    if (event.at !== undefined) journal.events.push({ at: event.at, type: event.type })
    next += 1
  }
  if (finals.length !== 1 || finals[0] !== next - 1) tally.failed(`run ${runId}: last events at ${finals} of ${next}`)
  return journal
}
