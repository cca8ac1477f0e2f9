import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { RagflowFailure } from './ragflow-failure.ts'

const text = Type.Union([Type.String(), Type.Null()])
const count = Type.Union([Type.Integer(), Type.Null()])

export const Dataset = Type.Object({ id: Type.String(), name: Type.String() })

export const RagflowDocument = Type.Object({
  id: Type.String(),
  name: Type.String(),
  run: Type.Optional(Type.Union([Type.String(), Type.Integer(), Type.Null()])),
  chunk_count: Type.Optional(count),
  token_count: Type.Optional(count),
  progress_msg: Type.Optional(text),
})
export type RagflowDocument = Static<typeof RagflowDocument>

/** A chunk in the list of its document. */
export const ListedChunk = Type.Object({ id: Type.String(), content: Type.String() })
export type ListedChunk = Static<typeof ListedChunk>

/** A chunk that a question found. Older versions name the document otherwise. */
export const FoundChunk = Type.Object({
  id: Type.String(),
  content: Type.String(),
  document_id: Type.String(),
  document_keyword: Type.Optional(text),
  document_name: Type.Optional(text),
  similarity: Type.Optional(Type.Union([Type.Number(), Type.Null()])),
  references: Type.Optional(Type.Unknown()),
  positions: Type.Optional(Type.Unknown()),
})
export type FoundChunk = Static<typeof FoundChunk>

export const Datasets = Type.Array(Dataset)
export const UploadedDocuments = Type.Array(RagflowDocument, { minItems: 1 })
export const DocumentList = Type.Object({ docs: Type.Array(RagflowDocument) })
export const ChunkList = Type.Object({ chunks: Type.Array(ListedChunk) })
export const FoundChunks = Type.Object({ chunks: Type.Array(FoundChunk) })
export const AddedChunk = Type.Object({ chunk: Type.Object({ id: Type.String(), content: Type.String() }) })

/** The answer, checked. Throws RagflowFailure `unreadable`. */
export const readAnswer = <Schema extends TSchema>(schema: Schema, answer: unknown): Static<Schema> => {
  if (Value.Check(schema, answer)) return answer
  const at = Value.Errors(schema, answer).First()
  throw new RagflowFailure('unreadable', `its answer lacks what its API promises${at ? ` (${at.path || '/'})` : ''}`)
}
