import { AppError } from '#shared/errors/app-error.ts'
import { toProblem } from '#shared/errors/problem.ts'
import type { LimitPair } from '#shared/permissions/call-limits.ts'
import type { AccessLog } from './access-log.ts'
import { type Admission, type AdmitDependencies, admitRequest } from './admit-request.ts'
import { type AuditRefusalDependencies, auditRefusal } from './audit-refusal.ts'
import { BodyTooLargeError, RequestMalformedError, RouteUnknownError } from './errors.ts'
import { assertPlainMethod, type Door, type Exchange, openExchange, serviceLabel } from './exchange.ts'
import { ClientLeftError, type Forwarded, type ForwardOrder, forwardRequest } from './forward-request.ts'
import { type OwnFacts, ownLines, toWorkerLines } from './forwarded-headers.ts'
import { type LimitDependencies, limitCall } from './limits/limit-call.ts'
import type { LiveStreams } from './live-streams.ts'
import { errorHeaders, forClientsOf, type OwnAnswer, problemAnswer, sendOwnAnswer } from './own-answer.ts'
import { type RelayEnd, relayResponse, relayTunnel } from './relay-response.ts'
import { retryAfterSeconds } from './retry-after.ts'
import { isRepeatable } from './retry-class.ts'
import type { SessionStreams } from './session-streams.ts'
import { stickyKeyOf } from './sticky-key.ts'
import { askSupervisor } from './supervisor-client.ts'
import type { ClientRequest } from './wire/client-connection.ts'
import { BodyFailedError, type IncomingBody } from './wire/incoming-body.ts'

export interface AnswerDependencies extends AuditRefusalDependencies, Omit<AdmitDependencies, 'workers'> {
  limits: LimitDependencies
  streams: LiveStreams
  sessionStreams: SessionStreams
  /** Keys or sessions may have changed through this gateway; others are to hear of it. */
  onCallersChanged(): void
  accessLog: AccessLog
  /** Unix socket of the supervisor's admin server. */
  adminPath: string
  bodyBytesMax: number
}

/** Answers through the request's connection; never rejects. */
export type AnswerRequest = (request: ClientRequest, door: Door) => Promise<void>

/** nginx's status for a client that closed before the answer; nobody reads it but the access log. */
const CLIENT_LEFT = 499

/** Everything the gateway does with one request: admit, forward, relay; count it and write its line. */
export const createAnswerRequest = (dependencies: AnswerDependencies): AnswerRequest => {
  const { traffic, metrics, accessLog } = dependencies

  const end = (exchange: Exchange, how: RelayEnd) => {
    traffic.inFlight -= 1
    const { request, requestId, path, status, caller, startedAt } = exchange
    const endedAt = performance.now()
    accessLog.write({
      timeMs: Date.now(),
      requestId,
      traceId: exchange.trace.traceId,
      method: request.method,
      path,
      status,
      service: serviceLabel(exchange),
      worker: exchange.workerId,
      role: caller?.role,
      appId: caller?.appId,
      userId: caller?.userId,
      client: request.client.address,
      firstByteMs: round(exchange.firstByteMs || endedAt - startedAt),
      ms: round(endedAt - startedAt),
      end: how === 'complete' ? undefined : how,
    })
  }

  const begin = (exchange: Exchange, status: number) => {
    exchange.status = status
    exchange.firstByteMs = performance.now() - exchange.startedAt
    metrics.answered(serviceLabel(exchange), status, exchange.firstByteMs / 1_000)
  }

  const sendOwn = (exchange: Exchange, answer: OwnAnswer) => {
    const { request, requestId } = exchange
    begin(exchange, answer.status)
    end(exchange, 'complete')
    if (!request.client.left) sendOwnAnswer(request.client, answer, { requestId, method: request.method })
  }

  const orderOf = (exchange: Exchange, service: string): ForwardOrder & { own: OwnFacts } => {
    const { request, door, caller, requestId, trace, path, target } = exchange
    const { method, headers, body, client, wantsWebSocket } = request
    const own = { service, caller: caller ?? { role: 'app' as const, appId: undefined }, requestId, trace }
    const lines = toWorkerLines(headers, {
      ...own,
      clientAddress: door.kind === 'internal' ? undefined : client.address,
      stripCredentials: door.kind !== 'internal',
      webSocket: wantsWebSocket,
    })
    const repeatable = isRepeatable({ method, path, wantsWebSocket, headers })
    const stickyKey = stickyKeyOf(path, headers)
    return { service, method, target, lines, body, repeatable, stickyKey, upgrade: wantsWebSocket, client, own }
  }

  const relay = (exchange: Exchange, order: { service: string; own: OwnFacts }, { response, worker }: Forwarded) => {
    const { request, requestId } = exchange
    exchange.workerId = worker.id
    begin(exchange, response.status)
    const { service, own } = order
    const resume = { service, lines: () => `host: ${service}\r\n${ownLines(own)}` }
    const relayed = { response, worker, request, requestId, resume, moreLines: exchange.moreLines }
    const over = isLong(response) ? endWithCaller(dependencies, exchange) : undefined
    const onEnd = (how: RelayEnd) => {
      over?.()
      end(exchange, how)
    }
    if (response.status === 101) relayTunnel(dependencies, relayed, onEnd)
    else relayResponse(dependencies, relayed, onEnd)
  }

  const passOn = async (exchange: Exchange, { service, caller, key, recheck }: Admission) => {
    const { request } = exchange
    exchange.caller = caller
    exchange.key = key
    exchange.recheck = recheck
    if (key?.facts.limits) exchange.moreLines = await takeLimits(dependencies, exchange, key.facts.limits)
    const mayChangeKeys = service === 'tenant' && request.method !== 'GET' && request.method !== 'HEAD'
    assertBodyFits(request.body, dependencies.bodyBytesMax)
    if (!request.body.isSettled) await request.body.settle()
    const order = orderOf(exchange, service)
    const forwarded = await (mayChangeKeys ? forwardChange(dependencies, order) : forwardRequest(dependencies, order))
    relay(exchange, order, forwarded)
  }

  return async (request, door) => {
    traffic.inFlight += 1
    const exchange = openExchange(request, door)
    try {
      assertPlainMethod(request.method)
      const admission = admitRequest(dependencies, exchange)
      const admitted = admission instanceof Promise ? await admission : admission
      if (!admitted) return sendOwn(exchange, await showSupervisorPage(dependencies, exchange))
      await passOn(exchange, admitted)
    } catch (error) {
      await auditRefusal(dependencies, exchange, error)
      sendOwn(exchange, refuse(error, exchange, dependencies))
    }
  }
}

/** Long-lived answers, which must not outlast their key. */
const isLong = ({ status, headers }: Forwarded['response']): boolean =>
  status === 101 || (headers.get('content-type')?.startsWith('text/event-stream') ?? false)

/** Cuts what lasts when its key or session ends. What was returned says that it is over by itself. */
const endWithCaller = (
  { streams, sessionStreams }: Pick<AnswerDependencies, 'streams' | 'sessionStreams'>,
  { key, recheck, request }: Exchange,
): (() => void) | undefined => {
  const cut = () => request.client.cut('revoked')
  if (recheck) return sessionStreams.add(recheck, cut)
  return key ? streams.add(key, cut) : undefined
}

/** Takes the request out of the limits of its key; what the answer is to tell about them. */
const takeLimits = async (dependencies: AnswerDependencies, exchange: Exchange, limits: LimitPair): Promise<string> => {
  const { appId = '', apiKey = '' } = exchange.key?.facts ?? {}
  const fields = await limitCall(dependencies.limits, { appId, apiKey, limits })
  return Object.entries(fields).reduce((lines, [name, value]) => `${lines}${name}: ${value}\r\n`, '')
}

/**
 * What may change keys or sessions. Nobody who was remembered is believed any more before the client hears that it was done: answers of before it may have
 * come meanwhile, and streams may be open. What was refused changed nothing, so that strangers who try to sign in cost nobody else anything.
 */
const forwardChange = async (
  dependencies: AnswerDependencies,
  order: ForwardOrder & { own: OwnFacts },
): Promise<Forwarded> => {
  try {
    const forwarded = await forwardRequest(dependencies, order)
    if (forwarded.response.status < 400) await callersChanged(dependencies)
    return forwarded
  } catch (error) {
    const { role, appId, userId } = order.own.caller
    const isNobody = role === 'app' && appId === undefined && userId === undefined
    if (!isNobody) await callersChanged(dependencies) // it may have been done all the same
    throw error
  }
}

const callersChanged = async (dependencies: AnswerDependencies): Promise<void> => {
  const { credentials, sessions, limits, streams, sessionStreams } = dependencies
  credentials.clear()
  sessions.clear()
  limits.quotas.refresh()
  dependencies.onCallersChanged()
  await Promise.all([streams.review(), sessionStreams.review()])
}

const assertBodyFits = ({ framing }: IncomingBody, bytesMax: number): void => {
  if (framing.kind === 'sized' && framing.bytes > bytesMax) throw new BodyTooLargeError(bytesMax)
}

const showSupervisorPage = async (dependencies: AnswerDependencies, { path, trace }: Exchange) => {
  const services = dependencies.workers.services()
  const page = await askSupervisor(path, { adminPath: dependencies.adminPath, services, traceId: trace.traceId })
  if (!page) throw new RouteUnknownError(path)
  return page
}

const refuse = (thrown: unknown, exchange: Exchange, { logger, bodyBytesMax }: AnswerDependencies): OwnAnswer => {
  const { request, requestId, path, trace } = exchange
  if (request.client.left || thrown instanceof ClientLeftError) {
    return { status: CLIENT_LEFT, contentType: 'text/plain', body: new Uint8Array(0), headers: {} }
  }
  const error = bodyError(request.body.failure ?? thrown, bodyBytesMax)
  if (!(error instanceof AppError)) logger.error({ err: error, path, requestId }, 'unexpected failure in the gateway')
  const headers = error instanceof AppError ? errorHeaders(error, retryAfterSeconds(error)) : {}
  return problemAnswer(forClientsOf(path, toProblem(error, trace.traceId)), headers)
}

const bodyError = (error: unknown, bytesMax: number): unknown => {
  if (!(error instanceof BodyFailedError)) return error
  return error.why === 'too-large' ? new BodyTooLargeError(bytesMax) : new RequestMalformedError(error.message)
}

const round = (ms: number): number => Math.round(ms * 100) / 100
