import { AppError } from '#shared/errors/app-error.ts'
import { problemResponse, toProblem } from '#shared/errors/problem.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { AccessLog } from './access-log.ts'
import { admitRequest } from './admit-request.ts'
import type { AuthenticateDependencies } from './authenticate.ts'
import { BodyTooLargeError, RETRY_AFTER_SECONDS, RouteUnknownError } from './errors.ts'
import { assertPlainMethod, type Connection, type Door, type Exchange, openExchange, serviceLabel } from './exchange.ts'
import { type ForwardDependencies, forwardRequest } from './forward-request.ts'
import { completeResponseHeaders, resumeHeaders, toWorkerHeaders } from './forwarded-headers.ts'
import type { OpenBodies } from './open-bodies.ts'
import { relayResponse } from './relay-response.ts'
import { takeBody } from './request-body.ts'
import { isIdempotent } from './send-failure.ts'
import { askSupervisor } from './supervisor-client.ts'

export interface AnswerDependencies extends ForwardDependencies, AuthenticateDependencies {
  bodies: OpenBodies
  accessLog: AccessLog
  logger: Logger
  /** Unix socket of the supervisor's admin server. */
  adminPath: string
  bodyBytesMax: number
}

export type AnswerRequest = (request: Request, door: Door, connection: Connection) => Promise<Response>

/** nginx's status for a client that closed before the answer; nobody reads it but the access log. */
const CLIENT_LEFT = 499

/** Everything the gateway does with one request: admit, forward, relay; count it and write its line. Never rejects. */
export const createAnswerRequest = (dependencies: AnswerDependencies): AnswerRequest => {
  const { traffic, metrics, accessLog } = dependencies

  const end = (exchange: Exchange, how: string | undefined) => {
    traffic.inFlight -= 1
    const { request, requestId, path, status, caller } = exchange
    accessLog.write({
      requestId,
      method: request.method,
      path,
      status,
      service: serviceLabel(exchange),
      worker: exchange.workerId,
      role: caller?.role,
      appId: caller?.appId,
      client: exchange.connection.address,
      firstByteMs: round(exchange.firstByteMs || performance.now() - exchange.startedAt),
      ms: round(performance.now() - exchange.startedAt),
      end: how,
    })
  }

  const begin = (exchange: Exchange, response: Response): Response => {
    exchange.status = response.status
    exchange.firstByteMs = performance.now() - exchange.startedAt
    metrics.answered(serviceLabel(exchange), response.status, exchange.firstByteMs / 1_000)
    completeResponseHeaders(response.headers, exchange.requestId)
    return response
  }

  const forward = async (exchange: Exchange, service: string): Promise<Response> => {
    const { request, door, connection, caller, requestId, target } = exchange
    const body = await takeBody(request, dependencies.bodyBytesMax, connection.allowSilence)
    const headers = toWorkerHeaders(request.headers, {
      service,
      caller: caller ?? { role: 'app', appId: undefined },
      requestId,
      clientAddress: connection.address,
      stripCredentials: door.kind !== 'internal',
    })
    const { method, signal } = request
    const order = { service, method, target, headers, body, signal, repeatable: isIdempotent(method) }
    const { response, worker } = await forwardRequest(dependencies, order)
    exchange.workerId = worker.id
    exchange.status = response.status
    const resume = { service, headers: resumeHeaders(headers) }
    return relayResponse(dependencies, { response, worker, method, resume }, (how) => end(exchange, how))
  }

  const own = (exchange: Exchange, response: Response): Response => {
    const answer = begin(exchange, response)
    end(exchange, undefined)
    return answer
  }

  return async (request, door, connection) => {
    traffic.inFlight += 1
    const exchange = openExchange(request, door, connection)
    try {
      assertPlainMethod(request.method)
      const admitted = await admitRequest({ ...dependencies, knownServices: dependencies.workers.services }, exchange)
      if (!admitted) return own(exchange, await showSupervisorPage(dependencies, exchange))
      exchange.caller = admitted.caller
      const mayChangeKeys = admitted.service === 'tenant' && request.method !== 'GET' && request.method !== 'HEAD'
      if (mayChangeKeys) dependencies.credentials.clear()
      const response = await forward(exchange, admitted.service)
      if (mayChangeKeys) dependencies.credentials.clear() // an answer of before the change may have come meanwhile
      return begin(exchange, response)
    } catch (error) {
      return own(exchange, refuse(error, exchange, dependencies.logger))
    }
  }
}

const showSupervisorPage = async (dependencies: AnswerDependencies, { path, requestId }: Exchange) => {
  const services = dependencies.workers.services()
  const page = await askSupervisor(path, { adminPath: dependencies.adminPath, services, requestId })
  if (!page) throw new RouteUnknownError(path)
  return page
}

const refuse = (error: unknown, { request, requestId, path }: Exchange, logger: Logger): Response => {
  if (request.signal.aborted) return new Response(null, { status: CLIENT_LEFT })
  if (!(error instanceof AppError)) logger.error({ err: error, path, requestId }, 'unexpected failure in the gateway')
  const headers: Record<string, string> = {}
  if (error instanceof AppError && error.status === 401) headers['www-authenticate'] = 'Bearer realm="orrery"'
  if (error instanceof AppError && error.status === 503) headers['retry-after'] = String(RETRY_AFTER_SECONDS)
  if (error instanceof BodyTooLargeError) headers.connection = 'close' // the rest of the body is not read
  return problemResponse(toProblem(error, requestId), headers)
}

const round = (ms: number): number => Math.round(ms * 100) / 100
