import { AppError } from '#shared/errors/app-error.ts'
import { toProblem } from '#shared/errors/problem.ts'
import type { LimitPair } from '#shared/permissions/call-limits.ts'
import type { AccessLog } from './access-log.ts'
import { type Admission, type AdmitDependencies, admitRequest } from './admit-request.ts'
import { type AuditRefusalDependencies, auditRefusal } from './audit-refusal.ts'
import { BodyTooLargeError, RequestMalformedError, RouteUnknownError } from './errors.ts'
import { assertPlainMethod, type Door, type Exchange, openExchange, serviceLabel } from './exchange.ts'
import {
  ClientLeftError,
  type Forwarded,
  type ForwardOrder,
  type ForwardTaker,
  forwardRequest,
  startForwarding,
} from './forward-request.ts'
import { type OwnFacts, toWorkerLines } from './forwarded-headers.ts'
import { NOBODY_IDENTITY } from './identity.ts'
import { type LimitDependencies, limitCall } from './limits/limit-call.ts'
import type { LiveStreams } from './live-streams.ts'
import { errorHeaders, forClientsOf, type OwnAnswer, problemAnswer, sendOwnAnswer } from './own-answer.ts'
import { type RelayEnd, type RelayWatcher, relayResponse, relayTunnel } from './relay-response.ts'
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

/** Answers through the request's connection; never throws. */
export type AnswerRequest = (request: ClientRequest, door: Door) => void

/** nginx's status for a client that closed before the answer; nobody reads it but the access log. */
const CLIENT_LEFT = 499

/** Everything the gateway does with one request: admit, forward, relay; count it and write its line. */
export const createAnswerRequest =
  (dependencies: AnswerDependencies): AnswerRequest =>
  (request, door) => {
    dependencies.traffic.inFlight += 1
    new Answering(dependencies, openExchange(request, door)).begin()
  }

/** One request while it is answered. What need not wait is done in the event that brings it; a class, since every request makes one. */
class Answering implements ForwardTaker, RelayWatcher {
  readonly #dependencies: AnswerDependencies
  readonly #exchange: Exchange
  #own: OwnFacts | undefined
  /** Takes a long answer off those that end with their caller. */
  #over: (() => void) | undefined

  constructor(dependencies: AnswerDependencies, exchange: Exchange) {
    this.#dependencies = dependencies
    this.#exchange = exchange
  }

  begin(): void {
    try {
      assertPlainMethod(this.#exchange.request.method)
      const admission = admitRequest(this.#dependencies, this.#exchange)
      if (admission instanceof Promise) this.#wait(admission.then((admitted) => this.#goOn(admitted)))
      else this.#goOn(admission)
    } catch (error) {
      this.failed(error)
    }
  }

  #goOn(admission: Admission | undefined): void {
    const { request } = this.#exchange
    if (!admission) {
      this.#wait(this.#showSupervisorPage())
      return
    }
    const { service, caller, key, recheck } = admission
    this.#exchange.caller = caller
    this.#exchange.key = key
    this.#exchange.recheck = recheck
    const mayChangeKeys = service === 'tenant' && request.method !== 'GET' && request.method !== 'HEAD'
    if (key?.facts.limits || mayChangeKeys || !request.body.isSettled) {
      this.#wait(this.#passOnInTime(service, { limits: key?.facts.limits, mayChangeKeys }))
      return
    }
    assertBodyFits(request.body, this.#dependencies.bodyBytesMax)
    startForwarding(this.#dependencies, this.#orderTo(service), this)
  }

  async #showSupervisorPage(): Promise<void> {
    this.#sendOwn(await showSupervisorPage(this.#dependencies, this.#exchange))
  }

  /** What has to wait for something before it may be sent, or before its answer may go out. */
  async #passOnInTime(
    service: string,
    { limits, mayChangeKeys }: { limits: LimitPair | undefined; mayChangeKeys: boolean },
  ): Promise<void> {
    const { body } = this.#exchange.request
    if (limits) this.#exchange.moreLines = await takeLimits(this.#dependencies, this.#exchange, limits)
    assertBodyFits(body, this.#dependencies.bodyBytesMax)
    if (!body.isSettled) await body.settle()
    const order = this.#orderTo(service)
    if (mayChangeKeys) this.forwarded(await forwardChange(this.#dependencies, order))
    else startForwarding(this.#dependencies, order, this)
  }

  #wait(work: Promise<void>): void {
    work.catch((error: unknown) => this.failed(error))
  }

  #orderTo(service: string): ForwardOrder & { own: OwnFacts } {
    const { request, door, caller, requestId, trace, path, target } = this.#exchange
    const { method, headers, body, client, wantsWebSocket } = request
    const own = { service, caller: caller ?? NOBODY_IDENTITY.caller, requestId, trace }
    this.#own = own
    const isInside = door.kind === 'internal'
    const lines = toWorkerLines(headers, {
      ...{ service, caller: own.caller, requestId, trace, webSocket: wantsWebSocket },
      clientAddress: isInside ? undefined : client.address,
      stripCredentials: !isInside,
    })
    const repeatable = isRepeatable({ method, path, wantsWebSocket, headers })
    const stickyKey = stickyKeyOf(path, headers)
    return { service, method, target, lines, body, repeatable, stickyKey, upgrade: wantsWebSocket, client, own }
  }

  forwarded({ response, worker }: Forwarded): void {
    const exchange = this.#exchange
    const own = this.#own
    if (!own) return
    try {
      const { request, requestId, moreLines } = exchange
      exchange.workerId = worker.id
      this.#began(response.status)
      const relayed = { response, worker, request, requestId, moreLines, own }
      const isTunnel = response.status === 101
      // Long-lived answers must not outlast their key.
      if (isTunnel || response.isEventStream) this.#over = endWithCaller(this.#dependencies, exchange)
      if (isTunnel) relayTunnel(this.#dependencies, relayed, this)
      else relayResponse(this.#dependencies, relayed, this)
    } catch (error) {
      this.failed(error)
    }
  }

  failed(error: unknown): void {
    void this.#refuse(error)
  }

  async #refuse(error: unknown): Promise<void> {
    await auditRefusal(this.#dependencies, this.#exchange, error)
    this.#sendOwn(refuse(error, this.#exchange, this.#dependencies))
  }

  #sendOwn(answer: OwnAnswer): void {
    const { request, requestId } = this.#exchange
    this.#began(answer.status)
    this.ended('complete')
    if (!request.client.left) sendOwnAnswer(request.client, answer, { requestId, method: request.method })
  }

  #began(status: number): void {
    const exchange = this.#exchange
    exchange.status = status
    exchange.firstByteMs = performance.now() - exchange.startedAt
    this.#dependencies.metrics.answered(serviceLabel(exchange), status, exchange.firstByteMs / 1_000)
  }

  ended(how: RelayEnd): void {
    this.#over?.()
    const { traffic, accessLog } = this.#dependencies
    traffic.inFlight -= 1
    const { request, requestId, path, status, caller, startedAt, trace, workerId, firstByteMs } = this.#exchange
    const tookMs = performance.now() - startedAt
    accessLog.write({
      timeMs: Date.now(),
      requestId,
      traceId: trace.traceId,
      method: request.method,
      path,
      status,
      service: serviceLabel(this.#exchange),
      worker: workerId,
      role: caller?.role,
      appId: caller?.appId,
      userId: caller?.userId,
      client: request.client.address,
      firstByteMs: firstByteMs || tookMs,
      ms: tookMs,
      end: how === 'complete' ? undefined : how,
    })
  }
}

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
