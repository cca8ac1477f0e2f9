import { CALLER_HEADER } from '#shared/http/caller.ts'
import { SERVICE_HEADER } from '#shared/lifecycle/hosted-service.ts'

/** A page of each service that only reads and is cheap, and that nobody could answer whose code or database is broken. */
const READING_PATHS: Readonly<Record<string, string>> = {
  agent: '/api/models',
  workflow: '/api/flows',
  knowledge: '/api/bases',
  tenant: '/api/apps',
  console: '/',
}
/** The first answer of a new worker on a busy machine. Nobody waits for it: meanwhile the old one serves. */
const ANSWER_MS_MAX = 10_000
const SERVER_ERROR_MIN = 500

/**
 * Asks a worker for a page of each of its services, before any client reaches it. Returns one sentence for each page that it cannot answer; an
 * answer below 500 is one, whatever it says.
 */
export const probeWorker = async (
  worker: { socketPath: string; services: readonly string[] },
  signal: AbortSignal,
): Promise<string[]> => {
  const problems = await Promise.all(
    worker.services.flatMap((service) =>
      pathsOf(service).map((path) => askWorker(worker.socketPath, { service, path, signal })),
    ),
  )
  return problems.filter((problem) => problem !== undefined)
}

const pathsOf = (service: string): string[] => [
  `/internal/${service}/openapi`,
  ...(READING_PATHS[service] ? [READING_PATHS[service]] : []),
]

const askWorker = async (
  unix: string,
  { service, path, signal }: { service: string; path: string; signal: AbortSignal },
): Promise<string | undefined> => {
  try {
    const response = await fetch(`http://worker${path}`, {
      unix,
      headers: { [SERVICE_HEADER]: service, [CALLER_HEADER]: 'root' },
      keepalive: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    })
    await response.bytes()
    return response.status < SERVER_ERROR_MIN ? undefined : `${service} answers ${path} with ${response.status}`
  } catch {
    return signal.aborted ? undefined : `${service} does not answer ${path}`
  }
}
