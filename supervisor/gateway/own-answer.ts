import type { AppError } from '#shared/errors/app-error.ts'
import { PROBLEM_CONTENT_TYPE, type Problem } from '#shared/errors/problem.ts'
import { HeaderList } from '#shared/http1/header-list.ts'
import { CallLimitedError } from './errors.ts'
import { REQUEST_ID_HEADER, secureLines } from './forwarded-headers.ts'
import type { ClientConnection } from './wire/client-connection.ts'
import { reasonOf } from './wire/status-reasons.ts'

/** An answer that no worker gave. */
export interface OwnAnswer {
  status: number
  contentType: string
  body: Uint8Array
  /** More fields, names in lower case. */
  headers: Readonly<Record<string, string>>
}

export const problemAnswer = (problem: Problem, headers: Readonly<Record<string, string>> = {}): OwnAnswer => ({
  status: problem.status,
  contentType: PROBLEM_CONTENT_TYPE,
  body: Buffer.from(JSON.stringify(problem)),
  headers,
})

/** Clients of OpenAI's API look for their own error object; ours goes with it. */
export const forClientsOf = (path: string, problem: Problem): Problem => {
  if (!OPEN_AI_PATHS.test(path)) return problem
  const { status, code, detail, remedy } = problem
  const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'api_error'
  return Object.assign(problem, { error: { message: `${detail} ${remedy}`, type, param: null, code } })
}

const OPEN_AI_PATHS = /^\/v1\/(chat|completions|models|embeddings|rerank|responses)(\/|$)/

/** Whole head and body, as they go over the wire. */
export const renderOwnAnswer = (
  { status, contentType, body, headers }: OwnAnswer,
  options: { requestId: string; method: string; connectionLine: string },
): Buffer => {
  const fields = HeaderList.from({ 'content-type': contentType, ...headers })
  const head =
    `HTTP/1.1 ${status} ${reasonOf(status)}\r\n` +
    fields.toLines(() => false) +
    secureLines(fields) +
    `${REQUEST_ID_HEADER}: ${options.requestId}\r\n` +
    `date: ${new Date().toUTCString()}\r\ncontent-length: ${body.length}\r\n${options.connectionLine}\r\n`
  const headBytes = Buffer.from(head, 'latin1')
  return options.method === 'HEAD' ? headBytes : Buffer.concat([headBytes, body])
}

/** Answers the present request of a connection. */
export const sendOwnAnswer = (
  client: ClientConnection,
  answer: OwnAnswer,
  facts: { requestId: string; method: string },
): void => {
  client.write(renderOwnAnswer(answer, { ...facts, connectionLine: client.connectionLine() }))
  client.end('complete')
}

/** Fields that tell a client what to do about an error. */
export const errorHeaders = (error: AppError, retryAfterSeconds: number): Record<string, string> => {
  if (error instanceof CallLimitedError) return { ...error.fields }
  if (error.status === 401) return { 'www-authenticate': 'Bearer realm="orrery"' }
  return error.status === 503 || error.status === 429 ? { 'retry-after': String(retryAfterSeconds) } : {}
}
