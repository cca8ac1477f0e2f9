import type { TokenUsage, ToolCall } from '#shared/models/chat-model.ts'
import type {
  ApprovalAsked,
  ApprovalDecided,
  Calling,
  LimitName,
  ToolCalled,
  ToolResulted,
  TurnEvent,
  TurnFinished,
} from './turn-events.ts'

/** Where a turn stands: its events, added up. */
export interface TurnState {
  rounds: readonly RoundState[]
  usage: TokenUsage
  /** Billionths of the currency of the models' prices. */
  costNano: number
  /** Undefined while `auto` was not decided. */
  calling: Exclude<Calling, 'auto'> | undefined
  limit: LimitName | undefined
  finished: TurnFinished | undefined
}

export interface RoundState {
  /** What the user saw. */
  content: string
  /** All that the model wrote, in the order in which it did: what the user saw, and in the ReAct form what he did not. */
  written: string
  reasoning: string
  /** Undefined while the model still answers. */
  calls: readonly ToolCall[] | undefined
  thought: string
  malformed: string | undefined
  asked: readonly ApprovalAsked[]
  decided: readonly ApprovalDecided[]
  called: readonly ToolCalled[]
  results: readonly ToolResulted[]
}

export const NO_USAGE: TokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }

export const newTurnState = (): TurnState => ({
  rounds: [],
  usage: NO_USAGE,
  costNano: 0,
  calling: undefined,
  limit: undefined,
  finished: undefined,
})

const newRound = (): RoundState => ({
  content: '',
  written: '',
  reasoning: '',
  calls: undefined,
  thought: '',
  malformed: undefined,
  asked: [],
  decided: [],
  called: [],
  results: [],
})

/** The state after one more event. Pure. */
export const foldTurn = (state: TurnState, event: TurnEvent): TurnState => {
  switch (event.type) {
    case 'started':
    case 'continued':
      return state
    case 'calling-chosen':
      return { ...state, calling: event.calling }
    case 'limit-reached':
      return { ...state, limit: event.limit }
    case 'model-delta':
      return changeRound(state, event.round, (round) => ({
        ...round,
        content: round.content + event.content,
        written: round.written + (event.hidden ?? '') + event.content,
        reasoning: round.reasoning + event.reasoning,
      }))
    case 'model-answered': {
      const { calls, thought = '', malformed } = event
      return {
        ...changeRound(state, event.round, (round) => ({ ...round, calls, thought, malformed })),
        usage: addUsage(state.usage, event.usage),
        costNano: state.costNano + (event.costNano ?? 0),
      }
    }
    case 'approval-asked':
      return changeRound(state, event.round, (round) => ({ ...round, asked: [...round.asked, event] }))
    case 'approval-decided':
      return changeRound(state, event.round, (round) => ({ ...round, decided: [...round.decided, event] }))
    case 'tool-call':
      return changeRound(state, event.round, (round) => ({ ...round, called: [...round.called, event] }))
    case 'tool-result':
      return {
        ...changeRound(state, event.round, (round) => ({ ...round, results: [...round.results, event] })),
        usage: event.usage ? addUsage(state.usage, event.usage) : state.usage,
      }
    case 'finished':
      return { ...state, finished: event }
  }
}

const changeRound = (state: TurnState, index: number, change: (round: RoundState) => RoundState): TurnState => {
  const rounds = [...state.rounds]
  rounds[index] = change(rounds[index] ?? newRound())
  return { ...state, rounds }
}

const addUsage = (a: TokenUsage, b: TokenUsage): TokenUsage => ({
  promptTokens: a.promptTokens + b.promptTokens,
  completionTokens: a.completionTokens + b.completionTokens,
  totalTokens: a.totalTokens + b.totalTokens,
})
