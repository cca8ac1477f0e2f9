import type { ChatMessage } from '#shared/models/chat-model.ts'
import { type HistoryItem, toRounds } from './history-rounds.ts'

const TOKENS_PER_CHARACTER = 1.5
const BUDGET_SHARE = 0.95

/**
 * The part of a conversation that a model gets: the last rounds, without the oldest of them as long as the whole is over the budget. Tokens are
 * estimated from the length, as the original does. Images are left out.
 * @param limits.around texts that the same budget must hold
 */
export const selectHistory = (
  history: readonly HistoryItem[],
  limits: { rounds: number; tokensMax: number; around: readonly string[] },
): ChatMessage[] => {
  const texts = history.filter((item) => item.content_type !== 'image')
  const budget = limits.tokensMax - limits.around.reduce((sum, text) => sum + estimateTokens(text.length), 0)
  const rounds = toRounds(texts).slice(-limits.rounds)
  let length = lengthOf(rounds.flat())
  let first = 0
  while (first < rounds.length && estimateTokens(length) > Math.floor(BUDGET_SHARE * budget)) {
    length -= lengthOf(rounds[first] ?? [])
    first += 1
  }
  return rounds
    .slice(first)
    .flat()
    .map(({ role, content }) => ({ role, content }))
}

const lengthOf = (items: readonly HistoryItem[]): number => items.reduce((sum, item) => sum + item.content.length, 0)

const estimateTokens = (characters: number): number => Math.floor(TOKENS_PER_CHARACTER * characters)
