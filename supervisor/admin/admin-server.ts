import { join } from 'node:path'
import { AppError } from '#shared/errors/app-error.ts'
import { createProblem, problemResponse, toProblem } from '#shared/errors/problem.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { WorkerUnknownError } from '../errors.ts'
import { reportHealth } from '../health/health-report.ts'
import type { AlertEvent } from '../metrics/alert-policy.ts'
import { type AlertWatch, createAlertWatch } from '../metrics/alert-watch.ts'
import { type AlertWebhook, createAlertWebhook } from '../metrics/alert-webhook.ts'
import { EXPOSITION_CONTENT_TYPE, renderExposition } from '../metrics/exposition.ts'
import type { MetricsFold } from '../metrics/metrics-fold.ts'
import { processMetrics } from '../metrics/process-metrics.ts'
import type { Supervision } from '../pool/supervision.ts'
import { operationRoutes } from './operation-routes.ts'
import { measureMemory } from './process-memory.ts'
import { reportStatus } from './status-report.ts'

export interface AdminServer {
  stop(): Promise<void>
}

export interface AdminOptions {
  /** Unix socket, in a directory that is closed to others; whoever reaches it may do everything here. */
  path: string
  supervision: Supervision
  fold: MetricsFold
  logger: Logger
}

/** Totals are kept, and judged for alerts, this often although nobody asks for them. */
const KEEP_TOTALS_MS = 5_000
/** Operations take as long as they take. Bun obeys it on a unix socket too, only its types do not say so. */
const NEVER_IDLE: object = { idleTimeout: 0 }
const TOTALS_FILE = 'metrics-totals.json'

/**
 * Health, metrics and commands over HTTP on a unix socket. The gateway shows `/health…` and `/metrics` to the world; the rest is for the command
 * line: `/status`, `/pools`, `/deaths`, `POST /workers/<pid>/restart`, `POST /stop`, and those of operation-routes.ts.
 */
export const startAdminServer = async ({ path, supervision, fold, logger }: AdminOptions): Promise<AdminServer> => {
  await fold.openAt(join(supervision.dataDirectory, TOTALS_FILE))
  const totals = () => fold.total(supervision.snapshots())
  const webhook = followWebhook(supervision, logger)
  const alerts = createAlertWatch({
    gatewayPids: () => supervision.gateways().flatMap(({ pid }) => (pid > 0 ? [pid] : [])),
    onEvent(event) {
      logger.warn({ alert: event.measurement, kind: event.kind }, 'alert')
      webhook.tell(event)
    },
  })
  const keep = async () => alerts.look(await totals(), Date.now())
  const keeper = setInterval(() => {
    keep().catch((error) => logger.error({ err: error }, 'metrics could not be judged'))
  }, KEEP_TOTALS_MS)
  keeper.unref()

  const server = Bun.serve({
    unix: path,
    development: false,
    ...NEVER_IDLE,
    routes: {
      '/health/live': () => Response.json({ status: 'live', timestamp: new Date().toISOString() }),
      '/health/ready': () => showReadiness(supervision),
      '/health': () => Response.json(health(supervision, alerts)),
      '/metrics': async () => showMetrics(await totals(), supervision),
      '/status': async () => Response.json(await status(supervision, alerts)),
      '/pools': () => Response.json(health(supervision, alerts).pools),
      '/deaths': () => Response.json(supervision.deaths()),
      ...operationRoutes(supervision),
      '/workers/:pid/restart': {
        POST: async ({ params }) => {
          await restartWorker(supervision, Number(params.pid))
          return Response.json({ restarted: Number(params.pid) })
        },
      },
      '/stop': {
        POST: () => {
          supervision.stop()
          return Response.json({ stopping: true }, { status: 202 })
        },
      },
    },
    fetch: (request) => problemResponse(unknownRoute(new URL(request.url, 'http://supervisor').pathname)),
    error(error) {
      if (!(error instanceof AppError)) logger.error({ err: error }, 'unexpected failure in the admin server')
      return problemResponse(toProblem(error))
    },
  })

  return {
    async stop() {
      clearInterval(keeper)
      webhook.stop()
      await totals()
      await server.stop(true)
    },
  }
}

/** The webhook of the settings that hold when there is something to tell: a reload may change or end it. */
const followWebhook = (supervision: Supervision, logger: Logger): { tell(event: AlertEvent): void; stop(): void } => {
  let current: { url: string; webhook: AlertWebhook } | undefined
  return {
    tell(event) {
      const { url, version, settings } = supervision
      const wanted = settings.ORRERY_ALERT_WEBHOOK
      if (current?.url !== wanted) {
        current?.webhook.stop()
        current = wanted
          ? { url: wanted, webhook: createAlertWebhook({ url: wanted, instance: { url, version }, logger }) }
          : undefined
      }
      current?.webhook.tell(event)
    },
    stop: () => current?.webhook.stop(),
  }
}

const status = async (supervision: Supervision, alerts: AlertWatch) =>
  reportStatus(supervision, await measureMemory(rootsOf(supervision)), alerts.firing())

const health = (supervision: Supervision, alerts: AlertWatch) =>
  reportHealth({
    now: new Date(),
    startedAt: supervision.startedAt,
    version: supervision.version,
    pools: supervision.pools(),
    gateways: supervision.gateways(),
    backends: supervision.backends(),
    unready: supervision.ready().reasons,
    warnings: supervision.warnings(),
    alerts: alerts.firing(),
    troubles: supervision.troubles(),
  })

const showReadiness = (supervision: Supervision): Response => {
  const { ready, reasons } = supervision.ready()
  return Response.json({ status: ready ? 'ready' : 'not-ready', ready, reasons }, { status: ready ? 200 : 503 })
}

const showMetrics = (total: Awaited<ReturnType<MetricsFold['total']>>, supervision: Supervision): Response => {
  const processes = [...supervision.gateways(), ...supervision.pools().flatMap(({ workers }) => workers)]
  const families = [...total.families, ...processMetrics(processes).families]
  return new Response(renderExposition({ families }), { headers: { 'content-type': EXPOSITION_CONTENT_TYPE } })
}

/** Everyone whose memory is ours. Most are descendants of the supervisor; a database that was adopted is not. */
const rootsOf = (supervision: Supervision): number[] =>
  [
    process.pid,
    ...[...supervision.gateways(), ...supervision.pools().flatMap(({ workers }) => workers)].map(({ pid }) => pid),
    ...supervision.backends().flatMap(({ pid, pids = [] }) => (pid === undefined ? pids : [pid, ...pids])),
  ].filter((pid) => pid > 0)

const restartWorker = async (supervision: Supervision, pid: number): Promise<void> => {
  const processes = [...supervision.gateways(), ...supervision.pools().flatMap(({ workers }) => workers)]
  const worker = processes.find((candidate) => candidate.pid === pid)
  if (!worker || pid <= 0) {
    throw new WorkerUnknownError(`No worker has the process id ${pid}.`, { remedy: 'See `orrery status` for the ids.' })
  }
  await supervision.restartWorker(worker.pool, worker.slot)
}

const unknownRoute = (path: string) =>
  createProblem({
    status: 404,
    code: 'SUPERVISOR_ROUTE_UNKNOWN',
    detail: `The supervisor serves nothing at ${path}.`,
    remedy: 'Use the `orrery` command of the same version as the running supervisor.',
  })
