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
const systemPrompt = (turn: TurnStarted): string =>
  [
    'You are an assistant who answers the last message of the conversation.',
    'Answer in the language of that message, accurately and completely, in a tone that suits it. Say so when you do not know.',
    ...(turn.toolIds.length > 0
      ? ['Use the tools where they give a better answer than you know yourself. Report what they say as it is.']
      : []),
    `The conversation takes place at ${turn.startedAt.slice(0, 19).replace('T', ' ')} UTC.`,
    ...(turn.instruction.trim() === '' ? [] : ['', 'What the owner of this assistant asks of you:', turn.instruction]),
  ].join('\n')

const roundMessages = (round: RoundState): ChatMessage[] => [
  { role: 'assistant', content: round.content, ...(round.calls?.length ? { toolCalls: [...round.calls] } : {}) },
  ...(round.calls ?? []).map((call, index): ChatMessage => {
    const result = round.results.find((candidate) => candidate.index === index)
    return { role: 'tool', toolCallId: call.id, content: result?.text ?? '' }
  }),
]
