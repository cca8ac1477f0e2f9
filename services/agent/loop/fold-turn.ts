import type { TokenUsage, ToolCall } from '#shared/models/chat-model.ts'
import type { ToolCalled, ToolResulted, TurnEvent, TurnFinished } from './turn-events.ts'

/** Where a turn stands: its events, added up. */
export interface TurnState {
  rounds: readonly RoundState[]
  usage: TokenUsage
  finished: TurnFinished | undefined
}

export interface RoundState {
  content: string
  reasoning: string
  /** Undefined while the model still answers. */
  calls: readonly ToolCall[] | undefined
  called: readonly ToolCalled[]
  results: readonly ToolResulted[]
}

export const NO_USAGE: TokenUsage = { promptTokens: 0, completionTokens: 0, totalTokens: 0 }

export const newTurnState = (): TurnState => ({ rounds: [], usage: NO_USAGE, finished: undefined })

const newRound = (): RoundState => ({ content: '', reasoning: '', calls: undefined, called: [], results: [] })

/** The state after one more event. Pure. */
export const foldTurn = (state: TurnState, event: TurnEvent): TurnState => {
  switch (event.type) {
    case 'started':
    case 'continued':
      return state
    case 'model-delta':
      return changeRound(state, event.round, (round) => ({
        ...round,
        content: round.content + event.content,
        reasoning: round.reasoning + event.reasoning,
      }))
    case 'model-answered':
      return {
        ...changeRound(state, event.round, (round) => ({ ...round, calls: event.calls })),
        usage: addUsage(state.usage, event.usage),
      }
    case 'tool-call':
      return changeRound(state, event.round, (round) => ({ ...round, called: [...round.called, event] }))
    case 'tool-result':
      return changeRound(state, event.round, (round) => ({ ...round, results: [...round.results, event] }))
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
