import { AppError } from '#shared/errors/app-error.ts'

/** The error object of OpenAI's API. */
export interface OpenAiError {
  error: { message: string; type: string; param: string | null; code: string | null }
}

export const toOpenAiError = (facts: {
  status: number
  message: string
  code: string | null
  param?: string
}): OpenAiError => ({
  error: { message: facts.message, type: typeOf(facts.status), param: facts.param ?? null, code: facts.code },
})

/** An expected failure with its remedy; of an unexpected one the caller learns nothing. */
export const describeFailure = (error: unknown): { status: number; body: OpenAiError } => {
  if (error instanceof AppError) {
    const { status, code } = error
    const message = error.remedy ? `${error.message} ${error.remedy}` : error.message
    return { status, body: toOpenAiError({ status, code, message }) }
  }
  const message = 'Something went wrong on our side. Try again; if it stays, look into the logs.'
  return { status: 500, body: toOpenAiError({ status: 500, code: 'INTERNAL', message }) }
}

const typeOf = (status: number): string => {
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'api_error'
}
