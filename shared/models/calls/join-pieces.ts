import type { ChatDelta } from '../chat-model.ts'

/** The same deltas with neighbours of one kind of text as one. Pure. */
export const joinPieces = (deltas: readonly ChatDelta[]): ChatDelta[] => {
  const joined: ChatDelta[] = []
  for (const delta of deltas) {
    const last = joined.at(-1)
    if ((delta.type === 'text' || delta.type === 'reasoning') && last?.type === delta.type) {
      joined[joined.length - 1] = { type: delta.type, text: last.text + delta.text }
    } else joined.push(delta)
  }
  return joined
}
