import { problemResponse, toProblem } from '#shared/errors/problem.ts'
import { readCaller } from '#shared/http/caller.ts'
import { clientAddressOf } from '#shared/http/client-address.ts'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import { traceIdOf } from '#shared/http/trace-id.ts'
import { answerWithin } from '#shared/journal/answer-within.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { subjectOf } from './audit-actor.ts'
import { auditNoteOf } from './audit-note.ts'
import { type AuditRepository, createAuditRepository } from './audit-repository.ts'
import { type AuditedCall, auditedCall } from './audited-call.ts'
import { AuditUnwrittenError } from './errors.ts'
import type { NewAuditEntry } from './tables.ts'

export interface AuditOptions {
  service: string
  database: Database
  logger: Logger
  /** ORRERY_PROXY_HOPS. */
  proxyHops: number
}

type Handle = (request: Request) => Response | Promise<Response>

/** A database that does not take an entry within this time is away. */
const WRITE_MS_MAX = 10_000
/** Routes of the original, whose refusals are numbers in an envelope, with status 200. */
const ENVELOPED = /^\/(v2\/app|api\/v1)(\/|$)/
/** Longer answers are no refusals. */
const REFUSAL_BYTES_MAX = 65_536
const ACTOR_ID_LENGTH_MAX = 254

/**
 * Handles requests as `handle` does, and writes each that changes something into the audit log: that it began before it does anything, and what came of
 * it before it is answered. Whatever dies in between, there is no change without an entry; one without a status is a call of which
 * nobody was told how it ended. Without a database the call is refused (AUDIT_UNWRITTEN). Everything else passes untouched.
 */
export const auditChanges = (options: AuditOptions, handle: Handle): Handle => {
  const entries = createAuditRepository(options.database)
  return (request) => {
    if (request.method === 'GET') return handle(request)
    const call = auditedCall(request.method, new URL(request.url).pathname)
    return call ? handleAudited({ ...options, entries }, handle, { request, call }) : handle(request)
  }
}

const handleAudited = async (
  options: AuditOptions & { entries: AuditRepository },
  handle: Handle,
  { request, call }: { request: Request; call: AuditedCall },
): Promise<Response> => {
  const { entries, logger, service } = options
  // Read before the handler may consume or change anything.
  const entry = entryOf(request, call, options)
  let id: number
  try {
    id = await answerWithin(WRITE_MS_MAX, entries.begin(entry))
  } catch (error) {
    logger.error({ err: error, service }, 'the audit log cannot be written')
    const unwritten = new AuditUnwrittenError(error)
    return problemResponse(toProblem(unwritten, traceIdOf(request.headers)), retryAfterHeader(unwritten))
  }
  const response = await handle(request)
  try {
    const outcome = { status: response.status, code: await codeOf(response, call.path), ...auditNoteOf(request) }
    await answerWithin(
      WRITE_MS_MAX,
      entries.finish(id, { ...outcome, ...(outcome.actorId === undefined ? {} : cutActor(outcome.actorId)) }),
    )
  } catch (error) {
    // What was done is done, and its entry is there: the caller gets the answer.
    logger.error({ err: error, service, auditEntry: id }, 'what came of a call could not be written into the audit log')
  }
  return response
}

const cutActor = (actorId: string) => ({ actorId: actorId.slice(0, ACTOR_ID_LENGTH_MAX) })

const entryOf = (request: Request, call: AuditedCall, { service, proxyHops }: AuditOptions): NewAuditEntry => ({
  service,
  ...subjectOf(call, readCaller(request.headers)),
  method: request.method,
  requestId: request.headers.get('x-request-id') ?? '',
  address: clientAddressOf(request.headers, proxyHops),
})

/** The error code of a refusal: of a problem document, or the number of the original's envelope, which comes with status 200. */
const codeOf = async (response: Response, path: string): Promise<string> => {
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  const isRefusal = response.status >= 400
  if (!isJson || response.bodyUsed || !(isRefusal || ENVELOPED.test(path))) return ''
  if (Number(response.headers.get('content-length') ?? 0) > REFUSAL_BYTES_MAX) return ''
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
  if (typeof code === 'string') return isRefusal ? code : ''
  return typeof code === 'number' && code !== 0 ? String(code) : ''
}
