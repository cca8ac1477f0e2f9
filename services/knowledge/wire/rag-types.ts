import { UNEXPECTED_CODE, type WireCode, WireError, wireError } from './wire-error.ts'
import type { RagType } from './wire-models.ts'

/** The original's names of what can be asked for. */
export type WireOperation =
  | 'query'
  | 'split'
  | 'chunks_save'
  | 'chunks_update'
  | 'chunks_delete'
  | 'query_doc'
  | 'query_doc_name'

/** What the original answered per operation when RAGFlow could not do its part. */
const RAGFLOW_CODES: Record<WireOperation, WireCode> = {
  query: 10020,
  split: 10016,
  chunks_save: 10017,
  chunks_update: 10018,
  chunks_delete: 10019,
  query_doc: 10020,
  query_doc_name: 10020,
}

const NOT_CONNECTED = 'no connector to this service is configured; use ragType AIUI-RAG2 for the built-in store'

/**
 * Lets a request for the built-in store pass. For the other upstreams it throws what their client would see: first the checks of parameters that
 * the original made, then that there is no connector.
 */
export const requireBuiltIn = (
  ragType: RagType,
  operation: WireOperation,
  lists: { docIds?: readonly string[] | null; chunkIds?: readonly string[] | null } = {},
): void => {
  switch (ragType) {
    case 'AIUI-RAG2':
      return
    case 'CBG-RAG':
      if ('docIds' in lists && !lists.docIds?.length) throw wireError(10001, 'docIds is needed')
      if ('chunkIds' in lists && !lists.chunkIds?.length) throw wireError(10001, 'chunkIds is needed')
      throw wireError(10026, NOT_CONNECTED)
    case 'SparkDesk-RAG':
      if (operation === 'query') throw wireError(10028, NOT_CONNECTED)
      throw new WireError(
        UNEXPECTED_CODE,
        `Internal server error:${operation} err (Unexpected), reason SparkDesk-RAG does not support ${operation} operation.`,
      )
    case 'Ragflow-RAG':
      if ('chunkIds' in lists && !lists.chunkIds?.length) throw wireError(10002, 'chunkIds is needed')
      throw wireError(RAGFLOW_CODES[operation], NOT_CONNECTED)
  }
}
