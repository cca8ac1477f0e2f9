import type { Plan } from '../../services/workflow/definition/plan.ts'
import type { RunEvent } from '../../services/workflow/engine/run-events.ts'
import { runFlow } from '../../services/workflow/engine/run-flow.ts'
import { createFrameProjector } from '../../services/workflow/frames/frame-projector.ts'
import { startEvent, testServices } from '../../services/workflow/test/run-in-memory.ts'

const services = testServices()

/** One run of a plan with an array for a journal. Returns its events. */
const runOnce = async (plan: Plan): Promise<RunEvent[]> => {
  const start = startEvent({ q: 'hello' })
  const events: RunEvent[] = [start]
  await runFlow({
    runId: '7',
    plan,
    start,
    past: [],
    services,
    sink: { emit: (event) => void events.push(event), durable: () => Promise.resolve() },
    signal: new AbortController().signal,
  })
  if (events.at(-1)?.type !== 'run-completed') throw new Error(`the run ended with ${JSON.stringify(events.at(-1))}`)
  return events
}

/** Runs in memory; with `frames` also what a client of a debug run would get, as text. */
export const memoryRuns =
  (plan: Plan, options: { frames: boolean }): (() => Promise<void>) =>
  async () => {
    const events = await runOnce(plan)
    if (!options.frames) return
    const projector = createFrameProjector({ plan, mode: 'debug', sid: 'sid' })
    for (const event of events) JSON.stringify(projector.project(event))
  }
