import type { ChatMessage } from '#shared/models/chat-model.ts'
import type { RoundState } from './fold-turn.ts'
import type { TurnStarted } from './turn-events.ts'

/** What the model reads: who it is, the conversation, and every finished round of this turn. The same for the same events. Pure. */
export const buildMessages = (turn: TurnStarted, finishedRounds: readonly RoundState[]): ChatMessage[] => [
  { role: 'system', content: systemPrompt(turn) },
  ...turn.messages,
  ...finishedRounds.flatMap(roundMessages),
]

/** User text is never pasted in here, so it can never pass for a rule. */
const systemPrompt = (turn: TurnStarted): string => {
  const instruction = instructionOf(turn)
  return [
    'You are an assistant who answers the last message of the conversation.',
    'Answer in the language of that message, accurately and completely, in a tone that suits it. Say so when you do not know.',
    ...(turn.tools.length > 0
      ? ['Use the tools where they give a better answer than you know yourself. Report what they say as it is.']
      : []),
    `The conversation takes place at ${turn.startedAt.slice(0, 19).replace('T', ' ')} UTC.`,
    ...(instruction === '' ? [] : ['', 'What the owner of this assistant asks of you:', instruction]),
  ].join('\n')
}

/** With tools the planner answers too, so it is told how. */
const instructionOf = ({ instructions, tools }: TurnStarted): string => {
  const parts = tools.length > 0 ? [instructions.reasoning, instructions.answer] : [instructions.answer]
  return [...new Set(parts.map((part) => part.trim()))].filter(Boolean).join('\n')
}

const roundMessages = (round: RoundState): ChatMessage[] => [
  { role: 'assistant', content: round.content, ...(round.calls?.length ? { toolCalls: [...round.calls] } : {}) },
  ...(round.calls ?? []).map((call, index): ChatMessage => {
    const result = round.results.find((candidate) => candidate.index === index)
    return { role: 'tool', toolCallId: call.id, content: result?.text ?? '' }
  }),
]
