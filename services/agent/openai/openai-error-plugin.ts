import { Elysia } from 'elysia'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { describeFailure, toOpenAiError } from './openai-error.ts'

/** Errors of the OpenAI façade in OpenAI's own shape. Use it before the routes. */
export const openAiErrorPlugin = (logger: Logger) =>
  new Elysia().onError({ as: 'scoped' }, ({ error, code, path, request, set }) => {
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      set.status = status
      return Response.json(body, { status, headers })
    }
    if (code === 'PARSE') return answer(400, invalid('BODY_UNREADABLE', 'The body is no valid JSON.'))
    if (code === 'VALIDATION' && error.type !== 'response') {
      const { param, why } = firstProblem(error.all)
      return answer(400, invalid('REQUEST_INVALID', `${param || 'body'}: ${why}`, param))
    }
    const isGone = request.signal.aborted
    const expected = expectedFailureOf(error)
    if (!(expected || isGone)) logger.error({ err: error, path }, 'unexpected failure')
    const { status, body } = describeFailure(expected ?? error)
    return answer(status, body, expected ? retryAfterHeader(expected) : {})
  })

const invalid = (code: string, message: string, param?: string) =>
  toOpenAiError({ status: 400, code, message, ...(param === undefined ? {} : { param }) })

const firstProblem = ([first]: readonly object[]): { param: string; why: string } => ({
  param: first && 'path' in first ? String(first.path).slice(1).replaceAll('/', '.') : '',
  why: first && 'message' in first ? String(first.message) : 'does not match its schema',
})
