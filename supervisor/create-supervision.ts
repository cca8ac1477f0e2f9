import { ownIdentity } from '#shared/lifecycle/process-identity.ts'
import type { SupervisorParts } from './dependencies.ts'
import { WorkerUnknownError } from './errors.ts'
import type { BackendFacts, PoolFacts, ProcessFacts, Supervision } from './pool/supervision.ts'
import type { Reloader } from './reload/create-reloader.ts'
import type { PoolOperations } from './reload/resize-pool.ts'

/** The supervisor as health, metrics and the command line see it. */
export const createSupervision = (
  parts: SupervisorParts,
  own: { version: string; startedAt: Date; stop(): void; reloader: Reloader; operations: PoolOperations },
): Supervision => {
  const { tree } = parts
  const { reloader, operations, version, startedAt, stop } = own
  return {
    ...{ version, startedAt, stop },
    get url() {
      const { HOST, PORT } = this.settings
      return `http://${addressToOpen(HOST)}:${PORT}`
    },
    dataDirectory: parts.data.path,
    get settings() {
      return reloader.configuration.settings
    },
    pools: () => tree.pools.map((pool) => pool.facts()),
    gateways: () => tree.gateways.facts().workers,
    backends: () => [parts.postgres.facts()],
    deaths: () => parts.deaths.recent(),
    warnings: () => [
      ...reloader.configuration.warnings,
      ...parts.listeners.warnings(),
      ...tree.warnings(),
      ...tree.gateways.living().flatMap((gateway) => gateway.warnings),
    ],
    snapshots: () => [
      { id: 'supervisor', pool: 'supervisor', process: ownIdentity(), snapshot: parts.metrics.snapshot() },
      ...tree.living().map(({ id, pool, process, snapshot }) => ({ id, pool, process, snapshot })),
    ],
    ready() {
      const reasons = unreadiness(this.pools(), this.gateways(), this.backends())
      return { ready: reasons.length === 0, reasons }
    },
    troubles: () => [reloader.trouble(), ...operations.remarks()].filter((trouble) => trouble !== undefined),
    reload: reloader.reload,
    previewReload: reloader.preview,
    scalePool: operations.scale,
    drainPool: operations.drain,
    async restartWorker(name, slot) {
      if (await operations.replace(name, slot)) return
      throw new WorkerUnknownError(`There is no worker ${name}/${slot}.`, {
        remedy: 'See orrery status for pools and slots.',
      })
    },
  }
}

/** Why the whole is not ready, one reason each. Pure. */
export const unreadiness = (
  pools: readonly PoolFacts[],
  gateways: readonly ProcessFacts[],
  backends: readonly BackendFacts[],
): string[] => {
  const backendReasons = backends
    .filter((backend) => backend.state !== 'ready')
    .map((backend) => `${backend.name} is ${backend.state}${backend.detail ? `: ${backend.detail}` : ''}`)
  const served = new Set(
    pools
      .filter((pool) => pool.workers.some((worker) => worker.state === 'ready' && worker.notReady === undefined))
      .flatMap((pool) => pool.services),
  )
  const services = [...new Set(pools.flatMap((pool) => pool.services))]
  const serviceReasons = services
    .filter((service) => !served.has(service))
    .map((service) => `${service} has no ready worker (${conditionOf(pools, service)})`)
  const gatewayReasons = gateways.some((gateway) => gateway.state === 'ready') ? [] : ['the gateway is not ready']
  return [...backendReasons, ...serviceReasons, ...gatewayReasons]
}

const conditionOf = (pools: readonly PoolFacts[], service: string): string => {
  const hosts = pools.filter((pool) => pool.services.includes(service))
  if (hosts.some((pool) => pool.condition === 'crash-loop')) return 'crash loop: see orrery deaths'
  return hosts.flatMap((pool) => pool.workers.map((worker) => worker.notReady ?? worker.state)).join(', ')
}

/** An address that means every interface cannot be opened in a browser. */
const addressToOpen = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
