import type { RunTool, ToolOutcome } from '../toolbox/tool-outcome.ts'
import { needsApproval } from './approval-policy.ts'
import { nextChunkNumber, numberChunks } from './citations.ts'
import type { TurnState } from './fold-turn.ts'
import type { OpenCall } from './next-step.ts'
import { findTool } from './pinned-tool.ts'
import { runTool } from './run-tool.ts'
import { whySkipped } from './stop-conditions.ts'
import type { ToolResulted, TurnEvent, TurnStarted } from './turn-events.ts'

/** Tools of one turn that run at the same time. */
const TOOLS_AT_ONCE_MAX = 8

export interface Calling {
  runId: string
  started: TurnStarted
  /** As it is now, whenever it is asked. */
  state(): TurnState
  round: number
  calls: readonly OpenCall[]
  runTool: RunTool
  /** Milliseconds that are left of the turn's time. */
  msLeft: number
  emit(event: TurnEvent): void
  durable(): Promise<void>
  signal: AbortSignal
}

/**
 * Makes calls at the same time. All of them are on disk before the first is made: the answer that asked for them was paid for, and an effect
 * must not happen that no journal knows of. Each result is written down as it comes.
 */
export const callTools = async (calling: Calling): Promise<void> => {
  const { round, calls, emit } = calling
  for (const { index, call, wasCalled } of calls) {
    if (wasCalled) continue
    const { name, arguments: input } = call
    emit({ type: 'tool-call', round, index, name, arguments: input, idempotencyKey: keyOf(calling, index) })
  }
  await calling.durable()
  const waiting = [...calls]
  const late = AbortSignal.timeout(Math.max(1, Math.min(calling.msLeft, TIMER_MS_MAX)))
  // One that ends the turn ends the others too: nobody would read what they say.
  const failing = new AbortController()
  const signal = AbortSignal.any([calling.signal, failing.signal, late])
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      emit(toResult(calling, next, await callOne(calling, next, { signal, late })))
    }
  }
  const workers = Array.from({ length: Math.min(TOOLS_AT_ONCE_MAX, calls.length) }, () =>
    work().catch((error: unknown) => {
      failing.abort(error)
      throw error
    }),
  )
  const [failed] = (await Promise.allSettled(workers)).filter(({ status }) => status === 'rejected')
  calling.signal.throwIfAborted()
  if (failed?.status === 'rejected') throw failing.signal.reason
}

/** Longer timers fire at once. */
const TIMER_MS_MAX = 2_147_483_647

const keyOf = ({ runId, round }: Calling, index: number): string => `${runId}:${round}:${index}`

const callOne = async (
  calling: Calling,
  { index, call }: OpenCall,
  signals: { signal: AbortSignal; late: AbortSignal },
): Promise<ToolOutcome> => {
  const { started, round } = calling
  const skipped = whySkipped(calling.state(), { round, index, call })
  if (skipped !== undefined) return { text: skipped, failed: true }
  const tool = findTool(started.tools, call.name)
  const refusal = needsApproval(started.approval, tool) ? refusalOf(calling, index) : undefined
  if (refusal !== undefined) return { text: refusal, failed: true }
  const { appId, uid, sid, onBrokenSource } = started
  const context = {
    appId,
    uid,
    sid,
    idempotencyKey: keyOf(calling, index),
    now: new Date(),
    signal: signals.signal,
  }
  try {
    return await runTool(calling.runTool, { tool, call, onBrokenSource }, context)
  } catch (error) {
    if (calling.signal.aborted || !signals.late.aborted) throw error
    return { text: 'Not finished: the time of this turn was over.', failed: true }
  }
}

/** Why a call is not made that a person had to allow; undefined when somebody did, for these very arguments. */
const refusalOf = (calling: Calling, index: number): string | undefined => {
  const current = calling.state().rounds[calling.round]
  const asked = current?.asked.find((event) => event.index === index)
  const decided = current?.decided.find((event) => event.index === index)
  if (decided?.approved && decided.argumentsHash === asked?.argumentsHash) return undefined
  if (decided?.by === 'time') return 'Not called: nobody allowed it in time.'
  const reason = decided?.reason.trim() ?? ''
  return `Not called: it was refused${reason === '' ? '' : `, because: ${reason}`}. Do not try it again.`
}

/** A result as it is written down: passages get their numbers now, since only now their order is known. */
const toResult = (calling: Calling, { index }: OpenCall, outcome: ToolOutcome): ToolResulted => {
  const { round, started } = calling
  const { text, failed, response, chunks = [], usage } = outcome
  const base = {
    type: 'tool-result' as const,
    round,
    index,
    failed,
    ...(response !== undefined && { response }),
    ...(usage && { usage }),
  }
  if (chunks.length === 0) return { ...base, text }
  const firstChunk = nextChunkNumber(started, calling.state())
  return { ...base, text: numberChunks(chunks, firstChunk).join('\n\n'), chunks, firstChunk }
}
