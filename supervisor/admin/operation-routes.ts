import type { Supervision } from '../pool/supervision.ts'
import type { Strategy } from '../reload/batch-policy.ts'
import type { ReloadRequest } from '../reload/reload-outcome.ts'
import { streamProgress } from './progress-stream.ts'

type RouteRequest<Path extends string> = Bun.BunRequest<Path>

/**
 * What the command line asks the supervisor to do and that takes a while: `GET /reload` (what it would do), `POST /reload?strategy=&code=`,
 * `POST /pools/<name>/scale?count=`, `POST /pools/<name>/drain`, `POST /pools/<name>/slots/<n>/replace`. The answers to POST are lines of JSON,
 * see ProgressLine.
 */
export const operationRoutes = (supervision: Supervision) => ({
  '/reload': {
    GET: (request: Request) => Response.json(supervision.previewReload(readReloadRequest(request))),
    POST: (request: Request) => streamProgress((progress) => supervision.reload(readReloadRequest(request), progress)),
  },
  '/pools/:name/scale': {
    POST: (request: RouteRequest<'/pools/:name/scale'>) =>
      streamProgress((progress) =>
        supervision.scalePool(request.params.name, Number(queryOf(request).get('count') ?? Number.NaN), progress),
      ),
  },
  '/pools/:name/drain': {
    POST: ({ params }: RouteRequest<'/pools/:name/drain'>) =>
      streamProgress((progress) => supervision.drainPool(params.name, progress)),
  },
  '/pools/:name/slots/:slot/replace': {
    POST: ({ params }: RouteRequest<'/pools/:name/slots/:slot/replace'>) =>
      streamProgress(async () => {
        await supervision.restartWorker(params.name, Number(params.slot))
        return { replaced: `${params.name}/${params.slot}` }
      }),
  },
})

const readReloadRequest = (request: Request): ReloadRequest => {
  const query = queryOf(request)
  const strategy: Strategy = query.get('strategy') === 'blue-green' ? 'blue-green' : 'rolling'
  return { strategy, code: query.get('code') === '1' }
}

const queryOf = (request: Request): URLSearchParams => new URL(request.url, 'http://supervisor').searchParams
