import type { NodeResumed, NodeWaiting, RunEvent } from '../engine/run-events.ts'
import { openWaits } from '../runs/open-waits.ts'
import { type MemoryRun, runInMemory } from './run-in-memory.ts'

export type AnswerQuestion = (wait: NodeWaiting) => NodeResumed['reply']

/** Answers every question with the same text. */
export const always =
  (content: string): AnswerQuestion =>
  () => ({ kind: 'resume', content })

/** The event with which an answer comes into a run that rests. */
export const resumedBy = (wait: NodeWaiting, reply: NodeResumed['reply']): NodeResumed => ({
  type: 'node-resumed',
  nodeId: wait.nodeId,
  ...(wait.scope !== undefined && { scope: wait.scope }),
  eventId: wait.eventId,
  reply,
})

/** Runs a flow to its end like `runInMemory`; whenever it rests, its first open question is answered. */
export const runAnswering = async (run: MemoryRun, answer: AnswerQuestion): Promise<RunEvent[]> => {
  const before = run.past ?? []
  const events: RunEvent[] = []
  for (;;) {
    events.push(...(await runInMemory({ ...run, past: [...before, ...events] })))
    const [wait] = openWaits([...before, ...events]).values()
    if (!wait) return events
    const resumed = resumedBy(wait, answer(wait))
    events.push(resumed)
    run.onEvent?.(resumed)
  }
}
