import type { ChatModel } from '#shared/models/chat-model.ts'
import { WireError } from '../errors.ts'
import type { RunTool } from '../toolbox/tool-outcome.ts'
import { hashCall } from './approval-policy.ts'
import { askModel } from './ask-model.ts'
import { callTools } from './call-tools.ts'
import { type CallingMemory, doesNotCall } from './calling-memory.ts'
import { citationsOf } from './citations.ts'
import { foldTurn, newTurnState, type TurnState } from './fold-turn.ts'
import { type AskModel, nextStep, type Step } from './next-step.ts'
import type { ModelReference, TurnEvent, TurnFinished, TurnStarted } from './turn-events.ts'
import { TIMED_OUT_CODE, TIMED_OUT_MESSAGE, toTurnFailure } from './turn-failure.ts'
import { APPROVAL_MS_MAX } from './turn-limits.ts'

export interface AgentLoopServices {
  /** Throws ModelError when there is no such model. */
  findModel(reference: ModelReference): Promise<ChatModel>
  runTool: RunTool
  /** What was learned of models that refuse tools. */
  callingMemory: CallingMemory
}

/** How the loop reaches the journal; plain arrays in tests. */
export interface TurnSink {
  /** Called synchronously for each event, in order. */
  emit(event: TurnEvent): void
  /** Resolves when all that was emitted is on disk. */
  durable(): Promise<void>
  /** Stores what was emitted as soon as can be; nothing waits for it here. */
  hurry?(): void
}

export interface AgentLoop {
  runId: string
  started: TurnStarted
  /** What happened before an interruption; event 0 may be among it. */
  past: readonly TurnEvent[]
  services: AgentLoopServices
  sink: TurnSink
  signal: AbortSignal
}

/** `waiting`: for a person, at most until `until` (Unix milliseconds). */
export type LoopEnd = { state: 'ended' } | { state: 'waiting'; until: number }

/** After the end of its time a turn gets this long to say what it has found. */
const LAST_WORDS_MS_MAX = 60_000

/**
 * Runs one turn to its end, or to where a person must allow something, and emits its events. Rejects only when the sink does or when `signal` aborts:
 * then nothing final was emitted and the turn can be continued elsewhere. Nothing that is in `past` is asked, called or emitted again; a
 * model's half answer is gone on from.
 */
export const runAgentLoop = async (loop: AgentLoop): Promise<LoopEnd> => {
  const turn = openTurn(loop)
  try {
    for (;;) {
      loop.signal.throwIfAborted()
      if (turn.workedMs() > loop.started.limits.msMax + LAST_WORDS_MS_MAX) throw timedOut()
      const step = nextStep(loop.started, turn.state(), { now: Date.now(), workedMs: turn.workedMs() })
      if (step.type === 'nothing') return { state: 'ended' }
      if (step.type === 'wait') return { state: 'waiting', until: step.until }
      await takeStep(loop, turn, step)
    }
  } catch (error) {
    loop.signal.throwIfAborted()
    const failure = toTurnFailure(error)
    if (!failure) throw error
    turn.emit(toFinished(loop.started, turn.state(), failure))
    return { state: 'ended' }
  }
}

interface OpenTurn {
  state(): TurnState
  emit(event: TurnEvent): void
  /** By the clock of this execution: a turn that waited for another worker, or for a person, is not to blame for it. */
  workedMs(): number
}

const openTurn = (loop: AgentLoop): OpenTurn => {
  const beganMs = performance.now()
  let state = loop.past.reduce(foldTurn, newTurnState())
  let roundShown = -1
  return {
    state: () => state,
    emit(event) {
      loop.sink.emit(event)
      state = foldTurn(state, event)
      if (event.type !== 'model-delta' || event.round === roundShown) return
      // The client waits for this piece, and is shown it once it is on disk; those behind it may gather.
      roundShown = event.round
      loop.sink.hurry?.()
    },
    workedMs: () => performance.now() - beganMs,
  }
}

const takeStep = async (
  loop: AgentLoop,
  turn: OpenTurn,
  step: Exclude<Step, { type: 'nothing' | 'wait' }>,
): Promise<void> => {
  switch (step.type) {
    case 'ask-model':
      return ask(loop, turn, step)
    case 'run-tools':
      return callTools({
        ...loop,
        ...turn,
        round: step.round,
        calls: step.calls,
        runTool: loop.services.runTool,
        msLeft: loop.started.limits.msMax - turn.workedMs(),
        durable: loop.sink.durable,
      })
    case 'ask-approval':
      return askApproval(loop, turn, step)
    case 'expire-approvals':
      for (const { round, index, argumentsHash } of step.asked) {
        turn.emit({ type: 'approval-decided', round, index, argumentsHash, approved: false, reason: '', by: 'time' })
      }
      return
    case 'reach-limit':
      return turn.emit({ type: 'limit-reached', limit: step.limit })
    case 'finish':
      return turn.emit(toFinished(loop.started, turn.state(), { code: 0, message: 'success' }))
  }
}

const ask = async (loop: AgentLoop, turn: OpenTurn, step: AskModel): Promise<void> => {
  const { started, services } = loop
  const reference = step.withTools ? started.planModel : started.answerModel
  const model = await services.findModel(reference)
  const calling = step.withTools ? chooseCalling(loop, turn, model) : 'native'
  const msLeft = started.limits.msMax + LAST_WORDS_MS_MAX - turn.workedMs()
  const late = AbortSignal.timeout(Math.max(1, msLeft))
  const signal = AbortSignal.any([loop.signal, late])
  try {
    await askModel({ started, state: turn.state(), step, model, calling, emit: turn.emit, signal })
  } catch (error) {
    loop.signal.throwIfAborted()
    if (late.aborted) throw timedOut()
    const mayChange = started.calling === 'auto' && calling === 'native' && step.withTools
    if (!mayChange || !doesNotCall(error)) throw error
    services.callingMemory.remember(reference)
    turn.emit({ type: 'calling-chosen', calling: 'react' })
  }
}

/** `auto` is native, unless the model is known not to have it. What it comes to is written down once, when it is not that. */
const chooseCalling = (loop: AgentLoop, turn: OpenTurn, model: ChatModel): 'native' | 'react' => {
  const { calling, planModel } = loop.started
  if (calling !== 'auto') return calling
  const chosen = turn.state().calling
  if (chosen) return chosen
  if (model.facts?.capabilities.tools !== 'false' && !loop.services.callingMemory.refuses(planModel)) return 'native'
  turn.emit({ type: 'calling-chosen', calling: 'react' })
  return 'react'
}

const askApproval = (
  loop: AgentLoop,
  turn: OpenTurn,
  { round, calls }: Extract<Step, { type: 'ask-approval' }>,
): void => {
  const msMax = loop.started.limits.approvalMsMax ?? APPROVAL_MS_MAX
  const expiresAt = new Date(Date.now() + msMax).toISOString()
  for (const { index, call } of calls) {
    const { name, arguments: input } = call
    turn.emit({
      type: 'approval-asked',
      round,
      index,
      name,
      arguments: input,
      argumentsHash: hashCall(call),
      expiresAt,
    })
  }
}

const toFinished = (
  started: TurnStarted,
  state: TurnState,
  end: Pick<TurnFinished, 'code' | 'message'>,
): TurnFinished => {
  const citations = citationsOf(started, state)
  return { type: 'finished', ...end, usage: state.usage, ...(citations.length > 0 && { citations }) }
}

const timedOut = (): WireError => new WireError(TIMED_OUT_CODE, TIMED_OUT_MESSAGE)
