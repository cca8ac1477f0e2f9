import type { KnowledgeChunk } from './pinned-knowledge.ts'

/** By document, in the order in which each was found first, as the wire's frames carry passages. Pure. */
export const groupChunks = (chunks: readonly KnowledgeChunk[]) =>
  [...Map.groupBy(chunks, ({ docId }) => docId)].map(([docId, found]) => ({
    source_id: docId,
    chunk: found.map((chunk) => ({ chunk_context: toChunkText(chunk) })),
  }))

/** All passages as one text. Pure. */
export const joinChunks = (chunks: readonly KnowledgeChunk[]): string => chunks.map(toChunkText).join('\n')

const toChunkText = ({ title, text }: KnowledgeChunk): string => `${title}\n${text}`
