import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
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

/**
 * A foreseen failure as the body of an answer, with headers; undefined for what nobody expects. Where the database is away, `Retry-After` tells that the same
 * request may be answered soon.
 */
export const toWireFailure = (operation: WireOperation, error: unknown) => {
  const expected = expectedFailureOf(error instanceof WireError ? error.cause : error)
  const headers = expected ? retryAfterHeader(expected) : {}
  if (error instanceof WireError) return { body: { code: error.code, message: error.message }, headers }
  if (!expected) return undefined
  const { code, message } = unexpectedFailure(operation, expected.message)
  return { body: { code, message }, headers }
}
