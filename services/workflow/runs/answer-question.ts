import { setTimeout as sleep } from 'node:timers/promises'
import { type Caller, mayUse } from '#shared/http/caller.ts'
import type { ClaimedRun, RunWriter } from '#shared/journal/journal.ts'
import { isFinal as isFinalState } from '#shared/journal/run-rows.ts'
import { runOfEvent } from '../engine/event-id.ts'
import type { NodeResumed, RunEvent } from '../engine/run-events.ts'
import { firstWakeAt } from '../engine/run-waits.ts'
import { EventUnknownError, RunBusyError } from '../errors.ts'
import { type AnsweredRun, openClaimedTail } from './answered-run.ts'
import { type ContinueRunDependencies, continueClaimed } from './continue-run.ts'
import type { ExecutionEnd } from './execute-run.ts'
import { openWaits } from './open-waits.ts'
import { parkRun, waitKey } from './park-run.ts'
import { toJournalEvent, toRunEvent } from './run-event-log.ts'

/** A run that another worker executes takes answers once it rests there; until then the caller waits, at most this long. */
const ANSWER_MS_MAX = 20_000
const RETRY_MS_FIRST = 20
const RETRY_MS_MAX = 500

export interface Answer {
  eventId: string
  reply: NodeResumed['reply']
  /** `Idempotency-Key`: a request that repeats it, for the same question, goes on with what the first one did. */
  key?: string
  /** The request whose stream goes on with the run; absent when there is none. */
  asked?: NonNullable<NodeResumed['asked']>
}

/**
 * Answers a question of a run, wherever the run is, and lets the run go on. Resolves with the run once the answer is on disk: from then on it
 * counts, whatever happens to this process. Throws EventUnknownError when nothing waits for it (any more), RunBusyError when the run
 * did not come to rest in time.
 */
export const answerQuestion = async (
  dependencies: ContinueRunDependencies,
  caller: Caller,
  answer: Answer,
  signal: AbortSignal,
): Promise<AnsweredRun> => {
  const { journal, inboxes } = dependencies
  const runId = runOfEvent(answer.eventId)
  const header = runId === undefined ? undefined : await journal.find(runId)
  if (!header || !mayUse(caller, header.appId)) throw new EventUnknownError(answer.eventId)
  const deadline = performance.now() + ANSWER_MS_MAX
  for (let waitMs = RETRY_MS_FIRST; ; waitMs = Math.min(waitMs * 2, RETRY_MS_MAX)) {
    if (await inboxes.deliver(header.id, answer)) return { runId: header.id }
    const claimed = await journal.claimByKey(waitKey(header.id))
    if (claimed) return answerClaimed(dependencies, claimed, answer)
    if (await wasAnsweredBefore(dependencies, header.id, answer)) return { runId: header.id }
    if (performance.now() > deadline) throw new RunBusyError(header.id)
    await sleep(waitMs, undefined, { signal })
  }
}

/** The answer is on disk before anything of it is shown, paid or done outside; a run that does not wait for it is set aside again as it was. */
const answerClaimed = async (
  dependencies: ContinueRunDependencies,
  claimed: ClaimedRun,
  answer: Answer,
): Promise<AnsweredRun> => {
  const { writer } = claimed
  const { runId } = writer
  const events = claimed.events.map(toRunEvent)
  const waits = openWaits(events)
  const wait = waits.get(answer.eventId)
  if (!wait) {
    await parkRun(writer, firstWakeAt(waits.values()))
    if (isRepeated(events, answer)) return { runId }
    throw new EventUnknownError(answer.eventId)
  }
  const { nodeId, scope } = wait
  const resumed: RunEvent = {
    type: 'node-resumed',
    nodeId,
    ...(scope !== undefined && { scope }),
    ...answer,
  }
  const start = events[0]
  const tail = answer.asked && start?.type === 'run-started' ? openClaimedTail(dependencies, claimed) : undefined
  writer.append(toJournalEvent(resumed))
  // Awaited only below: the run goes on meanwhile, and what costs or acts outside waits for the disk by itself.
  const heard = writer.durable()
  const answered = { ...claimed, events: [...claimed.events, toJournalEvent(resumed)] }
  const ended = dependencies.registry.track(
    continueClaimed(dependencies, answered).catch((error: unknown) => leaveRun(dependencies, writer, error)),
  )
  try {
    await heard
  } catch (error) {
    tail?.close()
    throw error
  }
  if (!tail || start?.type !== 'run-started') return { runId }
  return { runId, here: { start, definitionHash: claimed.header.subjectVersion, tail, ended } }
}

/** It is tried again, here or elsewhere. */
const leaveRun = async (
  { logger }: ContinueRunDependencies,
  writer: RunWriter,
  error: unknown,
): Promise<ExecutionEnd> => {
  logger.error({ err: error, runId: writer.runId }, 'answered run could not be continued')
  try {
    if (writer.open) await writer.release({ retryAt: new Date(Date.now() + RETRY_MS_MAX) })
    return 'released'
  } catch (releaseError) {
    logger.warn({ err: releaseError, runId: writer.runId }, 'answered run could not be given back')
    return 'lost'
  }
}

/**
 * Whether this very request was already heard. Throws EventUnknownError when the question was answered otherwise or the run is over. A wait that is not in
 * the journal yet may have been shown a moment ago, by a worker that is about to write it.
 */
const wasAnsweredBefore = async (
  { journal }: ContinueRunDependencies,
  runId: string,
  answer: Answer,
): Promise<boolean> => {
  const header = await journal.find(runId)
  const events = (await journal.read(runId, -1)).map(({ event }) => toRunEvent(event))
  if (isRepeated(events, answer)) return true
  const wasAnswered = events.some((event) => event.type === 'node-resumed' && event.eventId === answer.eventId)
  if (!header || isFinalState(header.state) || wasAnswered) throw new EventUnknownError(answer.eventId)
  return false
}

const isRepeated = (events: readonly RunEvent[], { eventId, key }: Answer): boolean =>
  key !== undefined &&
  events.some((event) => event.type === 'node-resumed' && event.eventId === eventId && event.key === key)

/** Longer keys are no keys. */
const KEY_CHARS_MAX = 255

/** The `Idempotency-Key` of a request, as a part of an answer. */
export const keyOf = (request: Request): Pick<Answer, 'key'> => {
  const key = request.headers.get('idempotency-key')
  return key !== null && key !== '' && key.length <= KEY_CHARS_MAX ? { key } : {}
}
