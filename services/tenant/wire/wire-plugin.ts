import { Elysia } from 'elysia'
import { problemResponse, toProblem } from '#shared/errors/problem.ts'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import { traceIdOf } from '#shared/http/trace-id.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import {
  toWireFailure,
  WIRE_PARAMETER_ERROR,
  WIRE_SYSTEM_ERROR,
  type WireEnvelope,
  wireFailure,
} from './wire-envelope.ts'

/**
 * Reads bodies and answers failures as the original did: whatever the content type, a body is JSON; one that is not, or that has a
 * field of another type, is HTTP 400; every other failure is HTTP 200 with its number. Missing rights, which the original did not know, are
 * problem documents. Use it before the routes, and those before the plugin of our own routes.
 */
export const wirePlugin = (logger: Logger) =>
  new Elysia()
    .onParse({ as: 'scoped' }, async ({ request }) => JSON.parse(await request.text()))
    .onError({ as: 'scoped' }, ({ error, code, path, request, set }) => {
      // Elysia puts the status of the error over the one of the response unless told otherwise.
      const answer = (status: number, failure: WireEnvelope<never>, headers: Record<string, string> = {}) => {
        set.status = status
        return Response.json(failure, { status, headers })
      }
      if (code === 'PARSE') return answer(400, malformed('the body is no valid JSON'))
      if (code === 'VALIDATION' && error.type !== 'response') return answer(400, malformed(wrongField(error)))
      const expected = expectedFailureOf(error)
      if (expected) {
        const failure = toWireFailure(expected)
        if (failure) return answer(200, failure, retryAfterHeader(expected))
        return problemResponse(toProblem(expected, traceIdOf(request.headers)))
      }
      logger.error({ err: error, path }, 'unexpected failure')
      return answer(200, wireFailure(WIRE_SYSTEM_ERROR, 'system error'))
    })

/** The first field of another type, by its path. */
const wrongField = (error: { all: readonly object[]; type: string }): string => {
  const first = error.all[0]
  const path = first && 'path' in first ? String(first.path).slice(1) : ''
  return `${path || error.type} has the wrong type`
}

const malformed = (message: string) => wireFailure(WIRE_PARAMETER_ERROR, message)
