import type { ChatModel, ToolCall } from '#shared/models/chat-model.ts'
import { WireError } from '../errors.ts'
import type { Tool } from '../toolbox/tool.ts'
import type { Toolbox } from '../toolbox/toolbox.ts'
import { buildMessages } from './build-messages.ts'
import { foldTurn, newTurnState, type TurnState } from './fold-turn.ts'
import { nextStep, type Step } from './next-step.ts'
import { runTool, type ToolOutcome } from './run-tool.ts'
import { CALLS_PER_ROUND_MAX } from './stop-conditions.ts'
import type { ModelReference, TurnEvent, TurnStarted } from './turn-events.ts'
import { TIMED_OUT_CODE, TIMED_OUT_MESSAGE, toTurnFailure } from './turn-failure.ts'

export interface AgentLoopServices {
  /** Throws ModelError when there is no such model. */
  findModel(reference: ModelReference): Promise<ChatModel>
  toolbox: Toolbox
}

/** How the loop reaches the journal; plain arrays in tests. */
export interface TurnSink {
  /** Called synchronously for each event, in order. */
  emit(event: TurnEvent): void
  /** Resolves when all that was emitted is on disk. */
  durable(): Promise<void>
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

/**
 * Runs one turn to its end and emits its events. Rejects only when the sink does or when `signal` aborts: then nothing final was emitted and
 * the turn can be continued elsewhere. Nothing that is in `past` is asked, called or emitted again; a model's half answer is gone on from.
 */
export const runAgentLoop = async (loop: AgentLoop): Promise<void> => {
  const endsMs = performance.now() + loop.started.limits.msMax
  let state = loop.past.reduce(foldTurn, newTurnState())
  const emit = (event: TurnEvent): void => {
    loop.sink.emit(event)
    state = foldTurn(state, event)
  }
  try {
    for (;;) {
      loop.signal.throwIfAborted()
      // By the clock of this execution: a turn that waited for another worker is not to blame for it.
      if (performance.now() > endsMs) throw new WireError(TIMED_OUT_CODE, TIMED_OUT_MESSAGE)
      const step = nextStep(loop.started, state)
      if (step.type === 'nothing') return
      if (step.type === 'finish') emit({ type: 'finished', code: 0, message: 'success', usage: state.usage })
      else if (step.type === 'ask-model') await askModel(loop, state, { step, emit })
      else await callTool(loop, { step, emit })
    }
  } catch (error) {
    loop.signal.throwIfAborted()
    const failure = toTurnFailure(error)
    if (!failure) throw error
    emit({ type: 'finished', ...failure, usage: state.usage })
  }
}

interface Doing<Type extends Step['type']> {
  step: Extract<Step, { type: Type }>
  emit(event: TurnEvent): void
}

const askModel = async (loop: AgentLoop, state: TurnState, { step, emit }: Doing<'ask-model'>): Promise<void> => {
  const { round, delivered } = step
  const reference = step.withTools ? loop.started.planModel : loop.started.answerModel
  const model = await loop.services.findModel(reference)
  const wasInterrupted = delivered.content !== '' || delivered.reasoning !== ''
  if (wasInterrupted) emit({ type: 'continued', round, deliveredChars: delivered.content.length })

  const calls: ToolCall[] = []
  const answer = model.stream({
    messages: buildMessages(loop.started, state.rounds.slice(0, round)),
    ...reference.parameters,
    ...(step.withTools ? { tools: toolDefinitions(loop) } : {}),
    ...(delivered.content === '' ? {} : { continueFrom: delivered.content }),
    appId: loop.started.appId,
    signal: loop.signal,
  })
  for await (const delta of answer) {
    if (delta.type === 'text') emit({ type: 'model-delta', round, content: delta.text, reasoning: '' })
    // What was thought before the interruption was shown already; thinking it again is not shown.
    else if (delta.type === 'reasoning' && !wasInterrupted) {
      emit({ type: 'model-delta', round, content: '', reasoning: delta.text })
    } else if (delta.type === 'tool-call') calls.push(delta.call)
    else if (delta.type === 'finish')
      emit({ type: 'model-answered', round, model: model.name, calls, usage: delta.usage })
  }
}

const callTool = async (loop: AgentLoop, { step, emit }: Doing<'run-tool'>): Promise<void> => {
  const { round, index, call } = step
  const tool = findTool(loop, call.name)
  const idempotencyKey = `${loop.runId}:${round}:${index}`
  if (!step.wasCalled) {
    emit({ type: 'tool-call', round, index, name: call.name, arguments: call.arguments, idempotencyKey })
  }
  // The answer that asked for this call was paid for, and an effect must not happen that no journal knows of.
  if (index === 0 || tool?.hasEffect) await loop.sink.durable()
  const outcome: ToolOutcome =
    index < CALLS_PER_ROUND_MAX
      ? await runTool(tool, call, { idempotencyKey, signal: loop.signal })
      : { text: `Not called: at most ${CALLS_PER_ROUND_MAX} tools are called at once.`, failed: true }
  emit({ type: 'tool-result', round, index, ...outcome })
}

const toolDefinitions = (loop: AgentLoop) => loop.started.tools.map((tool) => tool.definition)

const findTool = (loop: AgentLoop, name: string): Tool | undefined => {
  const pinned = loop.started.tools.find(({ definition }) => definition.name === name)
  return pinned?.reference.kind === 'builtin' ? loop.services.toolbox.find(pinned.reference.toolId) : undefined
}
