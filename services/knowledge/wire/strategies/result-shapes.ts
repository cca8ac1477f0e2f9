import type { NewChunk } from '../../chunks/commit-chunks.ts'
import type { SearchHit } from '../../retrieval/search-bases.ts'

/** A hit with every key that a client of any ragType reads. */
export const richResult = ({ score, chunk }: SearchHit) => ({
  score,
  docId: chunk.documentId,
  title: chunk.title,
  content: chunk.content,
  context: chunk.context ?? chunk.content,
  chunkId: chunk.key,
  references: chunk.references,
  docInfo: {
    documentId: chunk.documentId,
    documentName: chunk.documentName,
    ...(chunk.page === null ? {} : { page: chunk.page, pageEnd: chunk.pageEnd }),
  },
  fileName: chunk.documentName,
})

/** `YYYY-MM-DD hh:mm:ss`, in UTC. */
export const wireTime = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ')

/**
 * A saved chunk as CBG-RAG and Ragflow-RAG list it. `dataIndex` is a number, because the original's console reads it as one and finds the
 * chunk's id by it.
 */
export const savedChunk = (
  chunk: Pick<NewChunk, 'key' | 'position' | 'content' | 'references'>,
  { docId, group, now }: { docId: string; group: string; now: Date },
) => ({
  id: chunk.key,
  datasetId: group,
  fileId: docId,
  createTime: wireTime(now),
  updateTime: wireTime(now),
  chunkType: 'RAW',
  content: chunk.content,
  question: null,
  answer: null,
  dataIndex: chunk.position,
  imgReference: Object.keys(chunk.references).length === 0 ? null : chunk.references,
  copiedFrom: null,
})
