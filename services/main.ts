/** The worker: hosts the services of its assignment on one unix socket, until it is told to drain. */

import { auditChanges } from '#shared/audit/audit-changes.ts'
import type { Journal } from '#shared/journal/journal.ts'
import { openJournal } from '#shared/journal/open-journal.ts'
import { createDispatcher } from '#shared/lifecycle/dispatch-request.ts'
import type { HostedService, ServiceContext, StartService } from '#shared/lifecycle/hosted-service.ts'
import { type ReadinessChecks, startReadinessChecks } from '#shared/lifecycle/readiness-checks.ts'
import { createRequestMeter } from '#shared/lifecycle/request-meter.ts'
import { startFailureExitCode } from '#shared/lifecycle/start-failure.ts'
import { createLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { createProcessMetrics } from '#shared/metrics/process-metrics.ts'
import { connectPostgres } from '#shared/postgres/connect.ts'
import { connectControl } from '#shared/worker-protocol/control-client.ts'
import { ASSIGNMENT_VARIABLE, parseAssignment } from '#shared/worker-protocol/worker-assignment.ts'

/** Connections of this process: some for itself, some for each service. All workers together must stay below the server's limit. */
const CONNECTIONS = { own: 4, perService: 4, max: 16 }
/**
 * From the word that this worker takes no more requests until it closes its kept connections: a request that a gateway sent meanwhile would
 * break with them, and could not be sent again if it is no repeatable one.
 */
const NOTICE_MS = 300
/** Services get this long to hand back their background work once requests are done. */
const STOP_MS_MAX = 5_000
const EXIT_FATAL = 1
/** Streams may be silent for long; the gateway guards against slow clients. Bun obeys it on a unix socket too, only its types do not say so. */
const NEVER_IDLE: object = { idleTimeout: 0 }

/** Named one by one, so that a bundle of this program holds them all; a worker loads those of its assignment. */
const SERVICES = new Map<string, () => Promise<{ start: StartService }>>([
  ['agent', () => import('./agent/main.ts')],
  ['console', () => import('./console/main.ts')],
  ['knowledge', () => import('./knowledge/main.ts')],
  ['link', () => import('./link/main.ts')],
  ['tenant', () => import('./tenant/main.ts')],
  ['workflow', () => import('./workflow/main.ts')],
])

const assignment = parseAssignment(process.env[ASSIGNMENT_VARIABLE])
delete process.env[ASSIGNMENT_VARIABLE] // it holds keys, and programs that this process starts would inherit it
const { settings, databaseUrl } = assignment
const logger = createLogger({ level: settings.LOG_LEVEL, name: assignment.pool })
const metrics = createMetricsRegistry()
const updateProcessMetrics = createProcessMetrics(metrics, { pool: assignment.pool })
const meter = createRequestMeter(metrics)
const draining = new AbortController()
/** The supervisor has said so. */
const begun = Promise.withResolvers<void>()
const services = new Map<string, HostedService>()
let server: Bun.Server<undefined> | undefined
let journal: Promise<Journal> | undefined
let journalWorkerId: number | undefined
let readiness: ReadinessChecks | undefined

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    logger.error({ err: error }, 'worker failed')
    process.exit(EXIT_FATAL) // its state is unknown now; the supervisor starts a new one and its runs are taken over
  })
}
process.on('SIGTERM', () => void drain(settings.ORRERY_DRAIN_MS_MAX))

const control = connectControl({
  assignment,
  role: 'worker',
  logger,
  facts() {
    updateProcessMetrics()
    const notReady = draining.signal.aborted ? 'draining' : readiness?.notReady()
    return { ...meter.counts(), journalWorkerId, notReady, metrics: metrics.snapshot() }
  },
  onMessage(message) {
    if (message.type === 'begin') begun.resolve()
    if (message.type === 'drain') void drain(message.msMax, message.noticeMs)
    if (message.type === 'claim-now') for (const service of services.values()) service.nudge?.()
  },
  onOrphaned: () => void drain(settings.ORRERY_DRAIN_MS_MAX),
})

const poolSize = Math.min(CONNECTIONS.max, CONNECTIONS.own + CONNECTIONS.perService * assignment.services.length)
const postgres = connectPostgres(databaseUrl, poolSize)

/** Opened once; a failed attempt is forgotten, so that the next caller tries again. */
const openOnce = (): Promise<Journal> => {
  journal ??= openJournal({ databaseUrl, logger, metrics }).then(
    async (opened) => {
      journalWorkerId = opened.workerId
      await begun.promise // said by the supervisor, so it is there
      control.beat() // it must know whose runs to take over before this process has any
      opened.fenced.addEventListener('abort', exitFenced, { once: true })
      return opened
    },
    (error: unknown) => {
      journal = undefined
      throw error
    },
  )
  return journal
}

/** Its runs belong to others now, and nothing it still does can be stored: the pool starts a new worker. */
const exitFenced = () => {
  if (draining.signal.aborted) return
  logger.error({ journalWorkerId }, 'worker was taken over')
  process.exit(EXIT_FATAL)
}

const context = (service: string): ServiceContext => ({
  assignment,
  logger: logger.child({ service }),
  metrics,
  database: postgres.database,
  journal: openOnce,
  draining: draining.signal,
})

const start = async () => {
  // The server starts a process for each connection: it may do so while the modules are loaded.
  if (assignment.hasBegun) postgres.client`select 1`.catch(() => undefined)
  const loaded = await Promise.all(
    assignment.services.map(async (name) => {
      const load = SERVICES.get(name)
      if (!load) throw new Error(`There is no service "${name}".`)
      return { name, start: (await load()).start }
    }),
  )
  if (!assignment.hasBegun) await begun.promise
  const started = await Promise.all(loaded.map(async ({ name, start }) => [name, await start(context(name))] as const))
  for (const [name, service] of started) services.set(name, audited(name, service))
  if (draining.signal.aborted) return
  server = Bun.serve({
    unix: assignment.socketPath,
    ...NEVER_IDLE,
    maxRequestBodySize: settings.ORRERY_BODY_BYTES_MAX,
    fetch: createDispatcher(services, meter, logger),
  })
  readiness = startReadinessChecks({ services: services.values(), onChange: () => control.beat() })
  await readiness.ask()
  control.beat() // what the services say of themselves has to be known before requests come
  control.ready([])
  logger.info({ services: assignment.services, startedMs: Math.round(performance.now()) }, 'worker ready')
  setTimeout(warmUp)
}

/** Every service's changes are in the audit log, whatever routes it has. */
const audited = (name: string, service: HostedService): HostedService => ({
  ...service,
  handle: auditChanges(
    {
      service: name,
      database: postgres.database,
      logger: logger.child({ service: name }),
      proxyHops: settings.ORRERY_PROXY_HOPS,
    },
    (request) => service.handle(request),
  ),
})

/** A service compiles its routes at its first request. Nobody has to wait for that when the first one is ours; above all not for a spare. */
const warmUp = () => {
  // The compiled routes keep an error of "not found" for good. With a stack, the first garbage collection would read the map of the sources.
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  for (const [name, service] of services) {
    Promise.try(() => service.handle(new Request(`http://worker/internal/${name}/warm-up`))).catch((error: unknown) =>
      logger.debug({ err: error, service: name }, 'the first request, our own, failed'),
    )
  }
  Error.stackTraceLimit = limit
}

/** Takes no new requests once the gateways know, finishes what is there, hands the rest back to the journal. */
const drain = async (msMax: number, noticeMs = NOTICE_MS): Promise<void> => {
  if (draining.signal.aborted) return
  logger.info({ ...meter.counts(), msMax }, 'worker draining')
  draining.abort()
  readiness?.stop()
  control.beat()
  if (server) await Bun.sleep(noticeMs)
  const closed = server?.stop()
  await Promise.race([Promise.all([closed, meter.idle(msMax)]), Bun.sleep(msMax)])
  await Promise.race([stopServices(), Bun.sleep(STOP_MS_MAX)])
  await server?.stop(true)
  await control.bye()
  process.exit(0)
}

const stopServices = async () => {
  for (const result of await Promise.allSettled([...services.values()].map((service) => service.stop()))) {
    if (result.status === 'rejected') logger.error({ err: result.reason }, 'a service did not stop cleanly')
  }
  await (await journal?.catch(() => undefined))?.close()
  await postgres.close()
}

// Not awaited here: a bundle with bytecode cannot wait at its top level.
start().catch((error: unknown) => {
  // What Bun throws for a module that it cannot load is no Error.
  const cause = error instanceof Error ? error : new Error(String((error as { message?: unknown })?.message ?? error))
  logger.error({ err: cause }, 'worker failed to start')
  process.exit(startFailureExitCode(cause))
})
