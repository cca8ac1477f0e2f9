import { join } from 'node:path'
import type { Settings } from '#shared/config/settings.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { HandedListener } from '#shared/worker-protocol/worker-assignment.ts'
import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import { createAccessLog } from './access-log.ts'
import { createAnswerRequest } from './answer-request.ts'
import { digestOf } from './authenticate.ts'
import { createCredentialCache } from './credential-cache.ts'
import { type DrainLimits, drainGateway } from './drain-gateway.ts'
import { WORKER_WAIT_MS_MAX } from './forward-request.ts'
import { createGatewayMetrics } from './gateway-metrics.ts'
import { startGatewayServer } from './gateway-server.ts'
import { createQuotaMeter } from './limits/quota-meter.ts'
import { quotasOfTenant } from './limits/quotas-of-tenant.ts'
import { createRateLimiter } from './limits/rate-limiter.ts'
import { createLiveStreams } from './live-streams.ts'
import { createSessionResolver } from './resolve-session.ts'
import { createSessionCache } from './session-cache.ts'
import { createSessionStreams } from './session-streams.ts'
import { createStandingCheck } from './standing-of-keys.ts'
import { createTraffic } from './traffic.ts'
import { createUpstreamWorkers } from './upstream-workers.ts'
import { createCredentialVerifier } from './verify-credentials.ts'
import { createWorkerConnections } from './wire/worker-connections.ts'

export interface GatewayOptions {
  settings: Settings
  rootKey: string
  dataDirectory: string
  /** Unix socket of this gateway for our own services. */
  socketPath: string
  /** Unix socket of the supervisor's admin server. */
  adminPath: string
  logger: Logger
  /** Sockets that the supervisor opened; without them the gateway listens itself. */
  listeners?: readonly HandedListener[] | undefined
  /** Which well-known ports there are; all by default. */
  servicePorts?: Readonly<Record<string, number>>
  /** How long a request may wait for a worker; WORKER_WAIT_MS_MAX by default. */
  workerWaitMsMax?: number
  /** Keys or sessions changed through this gateway: `facts().callerChanges` counts it, and others are to hear of it. */
  onCallersChanged?: () => void
}

export interface Gateway {
  port: number
  /** The well-known ports that were to be had, by service. */
  servicePorts: Record<string, number>
  warnings: string[]
  /** Takes over a routing table; it comes from the supervisor, or from a test. */
  applyRoutes(routes: Routes): void
  facts(): { inFlight: number; streams: number; callerChanges: number; metrics: MetricsSnapshot }
  /** Keys or sessions changed through another gateway. */
  forgetCallers(): void
  /** Finishes what is in flight within the limits; returns how many requests were cut. */
  drain(limits: DrainLimits): Promise<number>
}

/** To give quotas back at the end; what is not given back counts as used. */
const QUOTA_RETURN_MS_MAX = 1_000

/** The whole gateway but for its control connection. Throws ListenFailure when the main port cannot be had. */
export const startGateway = (options: GatewayOptions): Gateway => {
  const registry = createMetricsRegistry()
  const metrics = createGatewayMetrics(registry)
  const traffic = createTraffic()
  const workers = createUpstreamWorkers()
  const connections = createWorkerConnections()
  const accessLog = createAccessLog(join(options.dataDirectory, 'logs', 'access.log'))
  const forwarding = {
    workers,
    connections,
    traffic,
    metrics,
    workerWaitMsMax: options.workerWaitMsMax ?? WORKER_WAIT_MS_MAX,
  }
  const credentials = createCredentialCache({ verify: createCredentialVerifier(forwarding) })
  const sessions = createSessionCache({ resolve: createSessionResolver(forwarding) })
  const quotas = createQuotaMeter(quotasOfTenant(forwarding))
  const streams = createLiveStreams({ listUsable: createStandingCheck(forwarding) })
  const sessionStreams = createSessionStreams()
  let callerChanges = 0
  const answer = createAnswerRequest({
    ...forwarding,
    limits: { rates: createRateLimiter(), quotas },
    ...{ streams, sessionStreams },
    onCallersChanged() {
      callerChanges += 1
      options.onCallersChanged?.()
    },
    accessLog,
    credentials,
    sessions,
    rootKeyDigest: digestOf(options.rootKey),
    logger: options.logger,
    adminPath: options.adminPath,
    bodyBytesMax: options.settings.ORRERY_BODY_BYTES_MAX,
    proxyHops: options.settings.ORRERY_PROXY_HOPS,
  })
  const server = startGatewayServer({ ...options, answer })

  return {
    port: server.port,
    servicePorts: server.servicePorts,
    warnings: server.warnings,
    applyRoutes(routes) {
      workers.apply(routes)
      connections.keepOnly(
        new Set(Object.values(routes.services).flatMap((entry) => entry.workers.map(({ id }) => id))),
      )
      for (const service of Object.keys(routes.services)) metrics.introduce(service)
    },
    facts() {
      metrics.observe({
        ...{ inFlight: traffic.inFlight, streams: traffic.streams },
        ...{ ejected: workers.ejected(), waiting: workers.waiting() },
      })
      metrics.observeUpstream(workers.facts())
      return { inFlight: traffic.inFlight, streams: traffic.streams, callerChanges, metrics: registry.snapshot() }
    },
    forgetCallers() {
      credentials.clear()
      sessions.clear()
      quotas.refresh()
      void streams.review()
      void sessionStreams.review()
    },
    async drain(limits) {
      const cut = await drainGateway(server, traffic, limits)
      streams.stop()
      sessionStreams.stop()
      await Promise.race([quotas.close(), Bun.sleep(QUOTA_RETURN_MS_MAX)])
      connections.close()
      accessLog.close()
      return cut
    },
  }
}
