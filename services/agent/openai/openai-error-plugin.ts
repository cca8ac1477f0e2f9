import { Elysia } from 'elysia'
import { AppError } from '#shared/errors/app-error.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { describeFailure, toOpenAiError } from './openai-error.ts'

/** Errors of the OpenAI façade in OpenAI's own shape. Use it before the routes. */
export const openAiErrorPlugin = (logger: Logger) =>
  new Elysia().onError({ as: 'scoped' }, ({ error, code, path, set }) => {
    const answer = (status: number, body: object) => {
      set.status = status
      return Response.json(body, { status })
    }
    if (code === 'PARSE') {
      return answer(400, toOpenAiError({ status: 400, code: 'BODY_UNREADABLE', message: 'The body is no valid JSON.' }))
    }
    if (code === 'VALIDATION' && error.type !== 'response') {
      const first = error.all[0]
      const param = first && 'path' in first ? String(first.path).slice(1).replaceAll('/', '.') : ''
      const why = first && 'message' in first ? String(first.message) : 'does not match its schema'
      return answer(
        400,
        toOpenAiError({ status: 400, code: 'REQUEST_INVALID', message: `${param || 'body'}: ${why}`, param }),
      )
    }
    const { status, body } = describeFailure(error)
    if (!(error instanceof AppError)) logger.error({ err: error, path }, 'unexpected failure')
    return answer(status, body)
  })
