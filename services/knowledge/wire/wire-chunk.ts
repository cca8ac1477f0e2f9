import type { NewChunk } from '../chunks/commit-chunks.ts'
import { isRecord } from './field-rules.ts'
import { storable, storableText } from './storable-json.ts'

/** A chunk as a client sends it; anything but its content may be missing. */
export interface WireChunk {
  /** Its id in the document, under one of the names the original's clients use. */
  id: string | undefined
  title: string | undefined
  content: string | undefined
  context: string | undefined
  references: Record<string, unknown> | undefined
  documentName: string | undefined
  /** First and last page it comes from, as the split told them. */
  page: number | undefined
  pageEnd: number | undefined
  /** False: no search is to find it. */
  available: boolean | undefined
  /** Why it cannot be taken. */
  problem: string | undefined
}

const ID_FIELDS = ['chunkId', 'dataIndex', 'chunk_id', 'id'] as const
/** Characters. An id is part of an index entry, which PostgreSQL bounds. */
const ID_LENGTH_MAX = 256
/** Characters: what a person could still read as one passage, and far more than any chunker makes. */
const CONTENT_LENGTH_MAX = 200_000

/** Takes what is usable of a loosely typed chunk. A plain text is a chunk with that content. */
export const readWireChunk = (value: unknown): WireChunk => {
  const chunk: Record<string, unknown> = isRecord(value) ? value : typeof value === 'string' ? { content: value } : {}
  const id = idOf(chunk)
  const references = recordOf(chunk.references) ?? recordOf(chunk.imgReference)
  const docInfo = recordOf(chunk.docInfo)
  const content = textOf(chunk.content)
  const context = textOf(chunk.context)
  const stored = references === undefined ? undefined : storable(references)
  return {
    id: id?.slice(0, ID_LENGTH_MAX),
    title: textOf(chunk.title),
    content,
    context,
    references: isRecord(stored) ? stored : undefined,
    documentName: textOf(docInfo?.documentName),
    page: pageOf(docInfo?.page),
    pageEnd: pageOf(docInfo?.pageEnd),
    available: typeof chunk.available === 'boolean' ? chunk.available : undefined,
    problem: problemOf({ id, content, context, isStorable: references === undefined || stored !== undefined }),
  }
}

const problemOf = (chunk: {
  id: string | undefined
  content: string | undefined
  context: string | undefined
  isStorable: boolean
}): string | undefined => {
  if ((chunk.id?.length ?? 0) > ID_LENGTH_MAX) return `its id is longer than ${ID_LENGTH_MAX} characters`
  if (Math.max(chunk.content?.length ?? 0, chunk.context?.length ?? 0) > CONTENT_LENGTH_MAX) {
    return `it is longer than ${CONTENT_LENGTH_MAX} characters`
  }
  return chunk.isStorable ? undefined : 'its references are too large or too deep'
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
  page: chunk.page ?? null,
  pageEnd: chunk.pageEnd ?? chunk.page ?? null,
  references: chunk.references ?? {},
  enabled: chunk.available ?? true,
})

const idOf = (chunk: Record<string, unknown>): string | undefined => {
  const found = ID_FIELDS.map((field) => chunk[field]).find(
    (each) => (typeof each === 'string' && each !== '') || typeof each === 'number',
  )
  return found === undefined ? undefined : storableText(String(found))
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? storableText(value) : undefined)

const pageOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e9 ? value : undefined

const recordOf = (value: unknown): Record<string, unknown> | undefined => (isRecord(value) ? value : undefined)
