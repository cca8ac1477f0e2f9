import type { RunStarted } from '../engine/run-events.ts'

export type HistoryItem = RunStarted['history'][number]

const isImage = (item: HistoryItem | undefined): boolean => item?.role === 'user' && item.content_type === 'image'

/**
 * A conversation cut into its rounds, oldest first: a question and what followed it. An image that the user sent belongs to the question behind it. What
 * stands before the first question is a round of its own.
 */
export const toRounds = <Item extends HistoryItem>(history: readonly Item[]): Item[][] => {
  const rounds: Item[][] = []
  for (const [at, item] of history.entries()) {
    const round = rounds.at(-1)
    if (round && (item.role !== 'user' || isImage(history[at - 1]))) round.push(item)
    else rounds.push([item])
  }
  return rounds
}

/** The last rounds of a conversation, whole. */
export const lastRounds = (history: readonly HistoryItem[], rounds: number): HistoryItem[] =>
  toRounds(history).slice(-rounds).flat()
