import { foldTurn, newTurnState, type TurnState } from '../loop/fold-turn.ts'
import { mayUseTools } from '../loop/stop-conditions.ts'
import type { ModelReference, ToolResulted, TurnEvent, TurnStarted } from '../loop/turn-events.ts'
import type { FrameContent, WireToolCall } from './frames.ts'

/** Projects the events of a turn to what the wire's frames tell, one event after another. No input but the events. */
export const createTurnFrames = (): ((event: TurnEvent) => FrameContent[]) => {
  let started: TurnStarted | undefined
  let state = newTurnState()
  return (event) => {
    if (event.type === 'started') started = event
    state = foldTurn(state, event)
    return started ? toContents(started, state, event) : []
  }
}

const toContents = (started: TurnStarted, state: TurnState, event: TurnEvent): FrameContent[] => {
  switch (event.type) {
    case 'model-delta': {
      const model = modelOf(started, event.round)
      if (event.reasoning !== '') return [{ reasoning: event.reasoning, model }]
      return event.content === '' ? [] : [{ content: event.content, model }]
    }
    case 'tool-result':
      return [{ toolCall: toWireToolCall(started, state, event), model: modelOf(started, event.round) }]
    case 'finished':
      return [{ stop: { code: event.code, message: event.message, usage: event.usage } }]
    default:
      return []
  }
}

const toWireToolCall = (started: TurnStarted, state: TurnState, event: ToolResulted): WireToolCall => {
  const round = state.rounds[event.round]
  const call = round?.calls?.[event.index]
  return {
    index: 0,
    id: null,
    type: 'tool',
    // What the model said before it called is its reason.
    reason: round?.content.trim() ?? '',
    function: {
      name: call?.name ?? '',
      arguments: call?.arguments || '{}',
      response: JSON.stringify(toResponse(started.sid, event)),
    },
  }
}

/** The shape of an MCP reply: the wire's known client shows `data.content` and needs `data` to be an object. */
const toResponse = (sid: string, event: ToolResulted) => ({
  code: 0,
  message: 'success',
  sid,
  data: { isError: event.failed, content: [{ type: 'text', text: event.text }] },
})

const modelOf = (started: TurnStarted, round: number): string =>
  modelName(mayUseTools(round, started) ? started.planModel : started.answerModel)

const modelName = (reference: ModelReference): string => ('name' in reference ? reference.name : reference.modelId)
