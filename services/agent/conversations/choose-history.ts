import { estimatePromptTokens } from '#shared/models/usage/estimate-tokens.ts'
import type { ConversationMemory } from '../agents/agent-settings.ts'

/** A message of a conversation, as far as turns are concerned. */
export interface PastMessage {
  sequence: number
  role: 'user' | 'assistant'
  content: string
  fileIds: string[]
}

/** Messages that a turn reads at most, whatever its agent says. */
export const HISTORY_MESSAGES_MAX = 1_000
/** With a summary, so many messages more than the agent asks for are read as they are while the next summary is made. */
export const SUMMARY_SLACK = 3

/**
 * What of the messages so far a turn reads again, oldest first: beginning with a question, user and assistant in turn, in a row that ends with the
 * newest. Questions without any answer are left out. Pure.
 */
export const chooseHistory = (past: readonly PastMessage[], memory: ConversationMemory): PastMessage[] => {
  const answered = withoutUnanswered(past).slice(-HISTORY_MESSAGES_MAX)
  switch (memory.mode) {
    case 'window':
      return fromQuestion(answered.slice(-memory.messages))
    case 'budget':
      return fromQuestion(lastWithin(answered, memory.tokens))
    case 'summary':
      return fromQuestion(answered.slice(-memory.messages * SUMMARY_SLACK))
  }
}

/** A question whose answer is empty or was never given would make two of a kind meet. */
const withoutUnanswered = (past: readonly PastMessage[]): PastMessage[] => {
  const kept: PastMessage[] = []
  for (const message of past) {
    const before = kept.at(-1)
    if (message.role === 'user') {
      if (before?.role === 'user') kept.pop()
      kept.push(message)
    } else if (before?.role === 'user') {
      if (message.content.trim() === '') kept.pop()
      else kept.push(message)
    }
  }
  if (kept.at(-1)?.role === 'user') kept.pop()
  return kept
}

const fromQuestion = (messages: PastMessage[]): PastMessage[] =>
  messages[0]?.role === 'assistant' ? messages.slice(1) : messages

const lastWithin = (messages: readonly PastMessage[], tokensMax: number): PastMessage[] => {
  let tokens = 0
  let first = messages.length
  while (first > 0) {
    const message = messages[first - 1]
    tokens += message ? tokensOf(message) : 0
    if (tokens > tokensMax) break
    first -= 1
  }
  return messages.slice(first)
}

const tokensOf = ({ role, content }: PastMessage): number =>
  estimatePromptTokens({ messages: [{ role, content }], signal: NEVER })

const NEVER = new AbortController().signal

/**
 * The messages that a summary should take in next: all but the last `messages`, once there are twice as many, so that a summary is made every few
 * turns and not after each. Empty when none is due. Pure.
 */
export const chooseForSummary = (past: readonly PastMessage[], memory: ConversationMemory): PastMessage[] => {
  if (memory.mode !== 'summary') return []
  const answered = withoutUnanswered(past)
  // The last question and its answer may still be replaced.
  const kept = Math.max(2, memory.messages)
  if (answered.length < kept * 2) return []
  const before = answered.slice(0, -kept)
  return before.at(-1)?.role === 'user' ? before.slice(0, -1) : before
}
