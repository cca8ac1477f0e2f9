import { Elysia } from 'elysia'
import { createProblem, problemResponse, toProblem } from '#shared/errors/problem.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { retryAfterHeader } from './retry-after-header.ts'
import { traceIdOf } from './trace-id.ts'

/**
 * The one place where a thrown error of our own routes (`/api`) becomes an HTTP response: RFC 9457 problem details. Wire-compatible
 * routes map errors to their original envelopes themselves, before this plugin sees them.
 * Use it before the routes: Elysia applies a hook only to what is added after it.
 */
export const errorPlugin = (logger: Logger) =>
  new Elysia().onError({ as: 'global' }, ({ error, code, path, request }) => {
    const traceId = traceIdOf(request.headers)
    const expected = expectedFailureOf(error)
    if (expected) return problemResponse(toProblem(expected, traceId), retryAfterHeader(expected))
    const refused = refusedByFramework(error, { code, path, traceId })
    if (refused) return refused
    logger.error({ err: error, path }, 'unexpected failure')
    return problemResponse(toProblem(error, traceId))
  })

/** What Elysia itself found to be wrong with a request. */
const refusedByFramework = (
  error: unknown,
  { code, path, traceId }: { code: string | number; path: string; traceId: string },
): Response | undefined => {
  // A response that breaks its own schema is our bug, although Elysia answers 422.
  if (code === 'VALIDATION' && isValidation(error) && error.type !== 'response') {
    const first = error.all[0]
    const where = first && 'path' in first ? `${error.type}${String(first.path)}` : error.type
    const why = first && 'message' in first ? String(first.message) : 'does not match its schema'
    return problemResponse(
      createProblem({
        status: 422,
        code: 'REQUEST_INVALID',
        detail: `${where}: ${why}`,
        remedy: 'Compare the request with the schema of this route at /swagger.',
        traceId,
      }),
    )
  }
  if (code === 'PARSE') {
    return problemResponse(
      createProblem({
        status: 400,
        code: 'BODY_UNREADABLE',
        detail: 'The request body could not be read.',
        remedy: 'Send well-formed JSON with Content-Type: application/json.',
        traceId,
      }),
    )
  }
  if (code === 'NOT_FOUND') {
    return problemResponse(
      createProblem({
        status: 404,
        code: 'ROUTE_NOT_FOUND',
        detail: `Nothing is served at ${path}.`,
        remedy: 'See /swagger for every path and method.',
        traceId,
      }),
    )
  }
  return undefined
}

const isValidation = (error: unknown): error is { type: string; all: object[] } =>
  error instanceof Error && 'all' in error && 'type' in error
