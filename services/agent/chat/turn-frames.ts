import { foldTurn, newTurnState, type TurnState } from '../loop/fold-turn.ts'
import { mayUseTools } from '../loop/stop-conditions.ts'
import type { ModelReference, ToolResulted, TurnEvent, TurnStarted } from '../loop/turn-events.ts'
import type { FrameContent } from './frames.ts'
import { toKnowledgeCall, toWireToolCall } from './tool-call-frames.ts'

/**
 * Projects the events of a turn to what the wire's frames tell, one event after another: knowledge first; the calls of a round in the order in which
 * the model made them, whichever ended first. No input but the events.
 */
export const createTurnFrames = (): ((event: TurnEvent) => FrameContent[]) => {
  let started: TurnStarted | undefined
  let state = newTurnState()
  /** Results of the round whose calls before them have none yet. */
  let held: ToolResulted[] = []

  const release = (turn: TurnStarted, event: ToolResulted): FrameContent[] => {
    held = [...held, event].toSorted((a, b) => a.index - b.index)
    const done = new Set(state.rounds[event.round]?.results.map(({ index }) => index))
    const ready = held.filter((result) => [...Array(result.index).keys()].every((index) => done.has(index)))
    held = held.filter((result) => !ready.includes(result))
    return ready.map((result) => ({
      toolCall: toWireToolCall(turn, state, result),
      model: modelOf(turn, state, result.round),
    }))
  }

  return (event) => {
    if (event.type === 'started') {
      started = event
      const knowledge = toKnowledgeCall(event)
      return knowledge ? [{ toolCall: knowledge, model: '' }] : []
    }
    state = foldTurn(state, event)
    if (!started) return []
    return event.type === 'tool-result' ? release(started, event) : toContents(started, state, event)
  }
}

const toContents = (started: TurnStarted, state: TurnState, event: TurnEvent): FrameContent[] => {
  switch (event.type) {
    case 'model-delta': {
      const model = modelOf(started, state, event.round)
      if (event.reasoning !== '') return [{ reasoning: event.reasoning, model }]
      return event.content === '' ? [] : [{ content: event.content, model }]
    }
    case 'approval-asked': {
      const { name, arguments: input, argumentsHash, expiresAt, round, index } = event
      const approval = { callId: toCallId(round, index), name, arguments: input, argumentsHash, expiresAt }
      return [{ approval, model: modelOf(started, state, event.round) }]
    }
    case 'finished': {
      const { code, message, usage, citations = [] } = event
      return [{ stop: { code, message, usage, citations } }]
    }
    default:
      return []
  }
}

/** Names a call within its turn. */
export const toCallId = (round: number, index: number): string => `${round}.${index}`

const modelOf = (started: TurnStarted, state: TurnState, round: number): string =>
  modelName(mayUseTools(round, started, state) ? started.planModel : started.answerModel)

const modelName = (reference: ModelReference): string => ('name' in reference ? reference.name : reference.modelId)
