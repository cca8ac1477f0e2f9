import type { TurnState } from './fold-turn.ts'
import type { KnowledgeChunk } from './pinned-knowledge.ts'
import type { Citation, TurnStarted } from './turn-events.ts'

/** Passages with their numbers, as a model reads them. Pure. */
export const numberChunks = (chunks: readonly KnowledgeChunk[], first: number): string[] =>
  chunks.map(({ title, text }, index) => `[${first + index}] ${title === '' ? '' : `${title}\n`}${text}`)

/** The number of the next passage that a turn finds. Pure. */
export const nextChunkNumber = (turn: TurnStarted, state: TurnState): number => chunksOf(turn, state).length + 1

/** All passages that a turn's answer could rest on, and which of them it names. Pure. */
export const citationsOf = (turn: TurnStarted, state: TurnState): Citation[] => {
  const answer = state.rounds.at(-1)?.content ?? ''
  const named = new Set([...answer.matchAll(/\[(\d{1,4})\]/g)].map(([, number]) => Number(number)))
  return chunksOf(turn, state).map(({ docId, chunkId, title, score, documentName, page, pageEnd }, index) => ({
    number: index + 1,
    docId,
    chunkId,
    title,
    ...(score !== undefined && { score }),
    ...(documentName !== undefined && { documentName }),
    ...(page !== undefined && { page }),
    ...(pageEnd !== undefined && { pageEnd }),
    cited: named.has(index + 1),
  }))
}

/** In the order of their numbers: those from before the turn, then those of its calls as their results were written down. */
const chunksOf = (turn: TurnStarted, state: TurnState): KnowledgeChunk[] => [
  ...turn.knowledge.chunks,
  ...state.rounds
    .flatMap(({ results }) => results)
    .filter(({ chunks = [] }) => chunks.length > 0)
    .toSorted((a, b) => (a.firstChunk ?? 0) - (b.firstChunk ?? 0))
    .flatMap(({ chunks = [] }) => chunks),
]
