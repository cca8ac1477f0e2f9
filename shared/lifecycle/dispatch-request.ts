import { createProblem, problemResponse, toProblem } from '#shared/errors/problem.ts'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import { traceIdOf } from '#shared/http/trace-id.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { type HostedService, SERVICE_HEADER } from './hosted-service.ts'
import type { RequestMeter } from './request-meter.ts'
import { routeClassOf } from './route-class.ts'

/** Sends each request to the service that the gateway named, or says who is not here. Never throws. */
export const createDispatcher = (
  services: ReadonlyMap<string, HostedService>,
  meter: RequestMeter,
  logger: Logger,
): ((request: Request) => Promise<Response>) => {
  const failed = (error: unknown, request: Request): Response => {
    const traceId = traceIdOf(request.headers)
    const expected = expectedFailureOf(error)
    if (expected) return problemResponse(toProblem(expected, traceId), retryAfterHeader(expected))
    logger.error({ err: error, path: new URL(request.url).pathname }, 'unexpected failure')
    return problemResponse(toProblem(error, traceId))
  }
  return (request) => {
    const name = request.headers.get(SERVICE_HEADER) ?? ''
    const service = services.get(name)
    if (!service) return Promise.resolve(unknownService(name))
    const path = new URL(request.url).pathname
    const isOpenapi = request.method === 'GET' && path === `/internal/${name}/openapi`
    const answer = async () => (isOpenapi ? Response.json(await service.openapi()) : service.handle(request))
    return meter.measure({ service: name, route: routeClassOf(path) }, () =>
      answer().catch((error) => failed(error, request)),
    )
  }
}

const unknownService = (name: string): Response =>
  problemResponse(
    createProblem({
      status: 503,
      code: 'WORKER_SERVICE_ELSEWHERE',
      detail: name ? `The service ${name} is not in this worker.` : `The header ${SERVICE_HEADER} is missing.`,
      remedy: 'Send requests through the gateway, which knows where each service is.',
    }),
  )
