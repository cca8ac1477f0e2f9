import { toProblem } from '#shared/errors/problem.ts'
import { SupervisorAwayError } from './errors.ts'
import { type OwnAnswer, problemAnswer } from './own-answer.ts'

/** Paths of the supervisor's admin server that the gateway shows to the world; it has others, which stay inside. */
const SHOWN_PATHS = new Set(['/health', '/health/live', '/health/ready', '/metrics'])
const ANSWER_MS_MAX = 5_000

/** Asks the supervisor for a health or metrics page; answers itself while the supervisor is away. Undefined for a path that is none. */
export const askSupervisor = async (
  path: string,
  options: { adminPath: string; services: string[]; traceId: string },
): Promise<OwnAnswer | undefined> => {
  if (!SHOWN_PATHS.has(path)) return undefined
  try {
    const response = await fetch(`http://supervisor${path}`, {
      unix: options.adminPath,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? JSON_TYPE,
      body: await response.bytes(),
      headers: NEVER_STORED,
    }
  } catch (error) {
    return answerAlone(path, new SupervisorAwayError(error), options)
  }
}

const JSON_TYPE = 'application/json'
const NEVER_STORED = { 'cache-control': 'no-store' }

const jsonAnswer = (value: unknown, status: number): OwnAnswer => ({
  status,
  contentType: JSON_TYPE,
  body: Buffer.from(JSON.stringify(value)),
  headers: NEVER_STORED,
})

const answerAlone = (
  path: string,
  error: SupervisorAwayError,
  { services, traceId }: { services: string[]; traceId: string },
): OwnAnswer => {
  const timestamp = new Date().toISOString()
  const reasons = [error.message]
  if (path === '/health/live') return jsonAnswer({ status: 'live', timestamp, reasons }, 200)
  if (path === '/health/ready') return jsonAnswer({ ready: false, reasons }, 503)
  if (path === '/metrics') return problemAnswer(toProblem(error, traceId))
  const unknown = Object.fromEntries(services.map((service) => [service, { status: 'unknown' }]))
  return jsonAnswer({ status: 'unhealthy', timestamp, services: unknown, reasons }, 503)
}
