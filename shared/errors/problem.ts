import { AppError } from './app-error.ts'

/** RFC 9457 problem details with our three members: `code` (stable), `remedy` (what to do), `traceId` (what to quote). */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  remedy: string
  traceId: string
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Too large',
  422: 'Invalid',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Bad gateway',
  503: 'Unavailable',
  504: 'Timed out',
}

export const createProblem = (facts: {
  status: number
  code: string
  detail: string
  remedy?: string | undefined
  traceId?: string | undefined
}): Problem => ({
  type: `urn:orrery:problem:${facts.code.toLowerCase().replaceAll('_', '-')}`,
  title: titles[facts.status] ?? 'Error',
  status: facts.status,
  detail: facts.detail,
  code: facts.code,
  remedy: facts.remedy ?? 'Read the detail; quote the traceId when you ask for help.',
  traceId: facts.traceId ?? '',
})

/** An expected failure as a problem document. Unexpected errors tell the caller nothing. */
export const toProblem = (error: unknown, traceId?: string): Problem =>
  error instanceof AppError
    ? createProblem({ status: error.status, code: error.code, detail: error.message, remedy: error.remedy, traceId })
    : createProblem({
        status: 500,
        code: 'INTERNAL',
        detail: 'Something went wrong on our side.',
        remedy: 'Try again; if it stays, look up the traceId in the logs.',
        traceId,
      })

export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, ...headers },
  })
