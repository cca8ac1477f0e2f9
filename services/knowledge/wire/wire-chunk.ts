import type { NewChunk } from '../chunks/commit-chunks.ts'

/** A chunk as a client sends it; anything but its content may be missing. */
export interface WireChunk {
  /** Its id in the document, under one of the names the original's clients use. */
  id: string | undefined
  title: string | undefined
  content: string | undefined
  context: string | undefined
  references: Record<string, unknown> | undefined
  documentName: string | undefined
}

const ID_FIELDS = ['chunkId', 'dataIndex', 'chunk_id', 'id'] as const

/** Takes what is usable of a loosely typed chunk. A plain text is a chunk with that content. */
export const readWireChunk = (value: unknown): WireChunk => {
  const chunk: Record<string, unknown> =
    typeof value === 'object' && value !== null ? { ...value } : typeof value === 'string' ? { content: value } : {}
  const id = ID_FIELDS.map((field) => chunk[field]).find((each) => typeof each === 'string' || typeof each === 'number')
  const documentInfo = recordOf(chunk.docInfo)
  return {
    id: id === undefined || id === '' ? undefined : String(id),
    title: textOf(chunk.title),
    content: textOf(chunk.content),
    context: textOf(chunk.context),
    references: recordOf(chunk.references) ?? recordOf(chunk.imgReference),
    documentName: textOf(documentInfo?.documentName),
  }
}

/** A new chunk for the store; numeric ids also tell its place in the document. */
export const toNewChunk = (
  chunk: WireChunk & { content: string },
  at: { key: string; position: number },
): NewChunk => ({
  key: at.key,
  position: /^\d{1,15}$/.test(at.key) ? Number(at.key) : at.position,
  title: chunk.title ?? '',
  content: chunk.content,
  context: chunk.context && chunk.context !== chunk.content ? chunk.context : null,
  page: null,
  pageEnd: null,
  references: chunk.references ?? {},
})

/** PostgreSQL stores neither zero characters nor halves of surrogate pairs. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : undefined

const recordOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
