import type { ChatMessage } from '#shared/models/chat-model.ts'
import type { RoundState, TurnState } from './fold-turn.ts'
import { type Prompting, systemPrompt } from './system-prompt.ts'
import type { TurnStarted } from './turn-events.ts'

/** What the model reads: who it is, the conversation, and every finished round of this turn. The same for the same events. Pure. */
export const buildMessages = (
  turn: TurnStarted,
  state: TurnState,
  prompting: Prompting & { round: number },
): ChatMessage[] => {
  const rounds = state.rounds.slice(0, prompting.round)
  const system: ChatMessage = { role: 'system', content: systemPrompt(turn, state, prompting) }
  if (!prompting.withTools) return [system, ...withProcess(turn.messages, rounds)]
  const toMessages = prompting.calling === 'native' ? nativeMessages : reactMessages
  return [system, ...turn.messages, ...rounds.flatMap(toMessages)]
}

const nativeMessages = (round: RoundState): ChatMessage[] => [
  { role: 'assistant', content: round.content, ...(round.calls?.length ? { toolCalls: [...round.calls] } : {}) },
  ...(round.calls ?? []).map(
    (call, index): ChatMessage => ({ role: 'tool', toolCallId: call.id, content: resultOf(round, index) }),
  ),
]

const reactMessages = (round: RoundState): ChatMessage[] => {
  if (round.malformed !== undefined) {
    return [
      { role: 'assistant', content: round.written.trim() || '(nothing)' },
      {
        role: 'user',
        content: `That message has neither of the two forms. ${round.malformed} Write it again, in one of them.`,
      },
    ]
  }
  return (round.calls ?? []).flatMap((call, index): ChatMessage[] => [
    {
      role: 'assistant',
      content: `Thought: ${thoughtOf(round)}\nAction: ${call.name}\nAction Input: ${call.arguments}`,
    },
    { role: 'user', content: `Observation: ${resultOf(round, index)}` },
  ])
}

/** Without tools on offer some providers refuse messages of tools, so what was done is told in words, with the question. */
const withProcess = (messages: readonly ChatMessage[], rounds: readonly RoundState[]): ChatMessage[] => {
  const steps = rounds.flatMap(stepsOf)
  const at = messages.findLastIndex(({ role }) => role === 'user')
  const question = messages[at]
  if (steps.length === 0 || !question) return [...messages]
  const told = [
    'What was done to answer the question below:',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
    'Question:',
    question.content,
  ].join('\n')
  return messages.with(at, { ...question, content: told })
}

const stepsOf = (round: RoundState): string[] =>
  (round.calls ?? []).map((call, index) => {
    const thought = thoughtOf(round)
    return [
      ...(thought === '' || index > 0 ? [] : [`Thought: ${thought}`]),
      `Called ${call.name} with ${call.arguments || '{}'}`,
      `It said: ${resultOf(round, index)}`,
    ].join('\n')
  })

/** What the model said before it called. */
export const thoughtOf = (round: RoundState): string => (round.thought || round.content).trim()

const resultOf = (round: RoundState, index: number): string =>
  round.results.find((candidate) => candidate.index === index)?.text ?? ''
