import { ToolFailedError } from '../errors.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { readAnswer } from '../requests/answer-text.ts'
import type { ToolRequest } from '../requests/call-values.ts'
import { checkAnswer } from '../requests/check-answer.ts'
import { writeJson } from '../requests/exact-json.ts'
import type { ToolResponse } from '../requests/send-request.ts'

/** What a call came to. */
export interface CallAnswer {
  /** Of HTTP: any 2xx. */
  readonly status: number
  readonly contentType: string
  /** JSON, as the wire writes it; what a tool answers otherwise is a JSON text. */
  readonly text: string
}

/** As much of a failed answer as an error tells. */
const FAILURE_LENGTH_MAX = 2_000

/**
 * Sends a request and reads what comes back: any 2xx is a success, and is held against the operation's schema for it.
 * @throws ToolFailedError, AnswerMismatchError, and what sending throws
 */
export const callOperation = async (
  document: Json,
  operation: ToolOperation,
  send: () => Promise<ToolResponse>,
): Promise<CallAnswer> => {
  const response = await send()
  const { status, mediaType: contentType } = response
  const answer = readAnswer(response)
  if (status < 200 || status > 299) {
    const text = answer.isJson ? writeJson(answer.exact) : String(answer.value)
    throw new ToolFailedError(status, text.slice(0, FAILURE_LENGTH_MAX))
  }
  return { status, contentType, text: writeJson(await checkAnswer(document, operation, { status, answer })) }
}

/** The key of a call travels on with it, so that a tool that knows the header does its work once; a key of the call's own stands. */
export const passKeyOn = ({ headers }: ToolRequest, key: string | undefined): void => {
  if (key !== undefined && !headers.has('idempotency-key')) headers.set('idempotency-key', key)
}
