import { problemResponse, toProblem } from '#shared/errors/problem.ts'
import { SupervisorAwayError } from './errors.ts'

/** Paths of the supervisor's admin server that the gateway shows to the world; it has others, which stay inside. */
const SHOWN_PATHS = new Set(['/health', '/health/live', '/health/ready', '/metrics'])
const ANSWER_MS_MAX = 5_000

/** Asks the supervisor for a health or metrics page; answers itself while the supervisor is away. Undefined for a path that is none. */
export const askSupervisor = async (
  path: string,
  options: { adminPath: string; services: string[]; requestId: string },
): Promise<Response | undefined> => {
  if (!SHOWN_PATHS.has(path)) return undefined
  try {
    const response = await fetch(`http://supervisor${path}`, {
      unix: options.adminPath,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    return new Response(await response.bytes(), {
      status: response.status,
      headers: {
        'content-type': response.headers.get('content-type') ?? 'application/json',
        'cache-control': 'no-store',
      },
    })
  } catch (error) {
    return answerAlone(path, new SupervisorAwayError(error), options)
  }
}

const answerAlone = (
  path: string,
  error: SupervisorAwayError,
  { services, requestId }: { services: string[]; requestId: string },
): Response => {
  const timestamp = new Date().toISOString()
  const reasons = [error.message]
  if (path === '/health/live') return Response.json({ status: 'live', timestamp, reasons })
  if (path === '/health/ready') return Response.json({ ready: false, reasons }, { status: 503 })
  if (path === '/metrics') return problemResponse(toProblem(error, requestId))
  const unknown = Object.fromEntries(services.map((service) => [service, { status: 'unknown' }]))
  return Response.json({ status: 'unhealthy', timestamp, services: unknown, reasons }, { status: 503 })
}
