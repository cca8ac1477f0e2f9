import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import type { PoolFacts } from './supervision.ts'

/** What a gateway must know of one ready worker. */
export interface RoutedWorker {
  id: string
  socketPath: string
  startedAtMs: number
  /** What it hosts: during a reload that may be other services than its pool will have. */
  services: readonly string[]
  /** Its share of the requests, from 0 to 1; 1 when absent. One with 0 is not announced at all. */
  weight?: number
}

export interface RoutedPool {
  facts: Pick<PoolFacts, 'services' | 'condition'>
  ready: readonly RoutedWorker[]
}

/** Who serves what, from the state of all pools. Pure. A service in several pools is served by the workers of all of them. */
export const announceRoutes = (version: number, pools: readonly RoutedPool[]): Routes => {
  const serving = pools.flatMap(({ ready }) => ready).filter(({ weight }) => weight !== 0)
  const names = new Set([
    ...pools.flatMap(({ facts }) => facts.services),
    ...serving.flatMap(({ services }) => services),
  ])
  const services: Routes['services'] = {}
  for (const name of names) {
    const workers = serving.filter((worker) => worker.services.includes(name)).map(toRoute)
    services[name] = { state: workers.length > 0 ? 'up' : isLost(name, pools) ? 'crash-loop' : 'starting', workers }
  }
  return { type: 'routes', version, services }
}

const isLost = (service: string, pools: readonly RoutedPool[]): boolean =>
  pools.filter(({ facts }) => facts.services.includes(service)).every(({ facts }) => facts.condition === 'crash-loop')

const toRoute = ({ id, socketPath, startedAtMs, weight = 1 }: RoutedWorker): RoutedServiceWorker => ({
  ...{ id, socketPath, startedAtMs },
  ...(weight === 1 ? {} : { weight }),
})

type RoutedServiceWorker = Routes['services'][string]['workers'][number]
