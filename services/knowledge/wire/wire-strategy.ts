import { UNEXPECTED_CODE, WireError } from './wire-error.ts'
import type {
  ChunkDelete,
  ChunkQuery,
  ChunkSave,
  ChunkUpdate,
  FileSplit,
  QueryDocument,
  RagType,
} from './wire-models.ts'

export interface WireCall {
  /** The app that calls; undefined is root acting for none. */
  appId: string | undefined
  signal: AbortSignal
}

type Operation<Request> = (request: Request, call: WireCall) => Promise<unknown>

/** What one `ragType` answers, under the original's names of the operations. It leaves out what its ragType does not offer. */
export interface WireStrategy {
  query: Operation<ChunkQuery>
  split?: Operation<FileSplit>
  chunks_save?: Operation<ChunkSave>
  chunks_update?: Operation<ChunkUpdate>
  chunks_delete?: Operation<ChunkDelete>
  query_doc?: Operation<QueryDocument>
  query_doc_name?: Operation<QueryDocument>
}

export type WireOperation = keyof WireStrategy
export type WireStrategies = Readonly<Record<RagType, WireStrategy>>

/** Throws what the original answers for an operation that a ragType does not offer. */
export const operationOf = <Name extends WireOperation>(
  strategies: WireStrategies,
  ragType: RagType,
  operation: Name,
): NonNullable<WireStrategy[Name]> => {
  const found = strategies[ragType][operation]
  if (found) return found
  throw unexpectedFailure(operation, `${ragType} does not support ${operation} operation.`)
}

/** The original's text for what it did not foresee. */
export const unexpectedFailure = (operation: WireOperation, reason: string): WireError =>
  new WireError(UNEXPECTED_CODE, `Internal server error:${operation} err (Unexpected), reason ${reason}`)
