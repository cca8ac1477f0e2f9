import { askPatiently } from '#shared/http/ask-patiently.ts'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { isDatabaseAwayAnswer } from '#shared/http/database-away-header.ts'
import { IDEMPOTENCY_HEADER } from '#shared/http/idempotency-header.ts'
import { sendThroughOutages } from '#shared/http/send-patiently.ts'
import { SourceError } from '../errors.ts'
import { isFields } from '../wire/read-fields.ts'

/** A question to another service, in the name of an app. */
export interface GatewayRequest {
  method: 'GET' | 'POST'
  /** Path and query. */
  path: `/${string}`
  appId: string
  body?: unknown
  headers?: Record<string, string>
  /** Milliseconds for the whole answer. */
  msMax: number
  /** A POST that changes nothing. GET, and what has an idempotency key, may be sent twice in any case. */
  isRepeatable?: boolean
  signal: AbortSignal
}

export interface GatewayClient {
  /**
   * The JSON of an answer. While the service restarts it is asked again, since the gateway then has not passed the question on; while the database is away, where
   * the question may be asked twice. Throws SourceError,
   * or the reason of `signal`.
   */
  ask(request: GatewayRequest): Promise<unknown>
  /** The body of an answer, to be read as it comes; `msMax` covers the reading. Throws as `ask`, while it is read too. */
  open(request: GatewayRequest): Promise<{ body: ReadableStream<Uint8Array>; contentType: string; runId: string }>
}

/** The gateway's word for a service without a worker. */
const NO_WORKER_STATUS = 503
const RUN_ID_HEADER = 'x-orrery-run-id'

/** @param gatewayPath unix socket that trusts the caller headers */
export const createGatewayClient = (gatewayPath: string): GatewayClient => {
  const send = async (request: GatewayRequest, signal: AbortSignal): Promise<Response> => {
    const { method, path, appId, body, headers } = request
    const question: BunFetchRequestInit = {
      unix: gatewayPath,
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
        [CALLER_HEADER]: 'app',
        [APP_HEADER]: appId,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    }
    const ask = () => fetch(`http://gateway${path}`, question)
    const isRepeatable = request.isRepeatable || method === 'GET' || headers?.[IDEMPOTENCY_HEADER] !== undefined
    const response = await (isRepeatable ? sendThroughOutages(ask, signal) : ask())
    if (response.status >= 400) throw await toRefusal(response)
    return response
  }

  const within = async <Answer>(request: GatewayRequest, read: (signal: AbortSignal) => Promise<Answer>) => {
    const late = AbortSignal.timeout(request.msMax)
    const signal = AbortSignal.any([request.signal, late])
    try {
      return await askPatiently(async () => {
        try {
          return { answer: await read(signal) }
        } catch (error) {
          if (error instanceof NoWorkerError) throw error
          return { error }
        }
      }, signal).then((outcome) => {
        if ('error' in outcome) throw outcome.error
        return outcome.answer
      })
    } catch (error) {
      throw toSourceError(error, request, late)
    }
  }

  return {
    ask: (request) =>
      within(request, async (signal) => {
        const response = await send(request, signal)
        return (await response.json()) as unknown
      }),
    async open(request) {
      const response = await within(request, (signal) => send(request, signal))
      if (!response.body) throw new SourceError('unreadable', 'The answer has no body.')
      const contentType = response.headers.get('content-type') ?? ''
      return { body: response.body, contentType, runId: response.headers.get(RUN_ID_HEADER) ?? '' }
    },
  }
}

/** What is thrown while an answer is read, in our terms. */
export const toSourceError = (error: unknown, request: GatewayRequest, late?: AbortSignal): unknown => {
  if (request.signal.aborted) return request.signal.reason
  if (error instanceof SourceError) return error
  if (late?.aborted || (error instanceof DOMException && error.name === 'TimeoutError')) {
    return new SourceError('timeout', `There was no answer within ${request.msMax / 1000} s.`, { cause: error })
  }
  if (error instanceof SyntaxError) return new SourceError('unreadable', 'The answer is no JSON.', { cause: error })
  return new SourceError('unreachable', 'The service could not be reached.', { cause: error })
}

/** The service has no worker that could have taken the question. */
class NoWorkerError extends SourceError {}

const toRefusal = async (response: Response): Promise<SourceError> => {
  const body: unknown = await response.json().catch(() => undefined)
  const detail = isFields(body) ? (body.detail ?? body.message) : undefined
  const message = `It answered with status ${response.status}${typeof detail === 'string' ? `: ${detail}` : ''}.`
  if (isDatabaseAwayAnswer(response)) return new SourceError('unreachable', message)
  if (response.status !== NO_WORKER_STATUS) return new SourceError('refused', message)
  return new NoWorkerError('unreachable', message)
}
