import type { Routes } from '#shared/worker-protocol/worker-messages.ts'
import type { PoolFacts } from './supervision.ts'

/** What a gateway must know of one ready worker. */
export interface RoutedWorker {
  id: string
  socketPath: string
  startedAtMs: number
}

/** Who serves what, from the state of all pools. Pure. A service in several pools is served by the workers of all of them. */
export const announceRoutes = (
  version: number,
  pools: readonly { facts: Pick<PoolFacts, 'services' | 'condition'>; ready: readonly RoutedWorker[] }[],
): Routes => {
  const services: Routes['services'] = {}
  for (const { facts, ready } of pools) {
    for (const service of facts.services) {
      const known = services[service]
      const workers = [
        ...(known?.workers ?? []),
        ...ready.map(({ id, socketPath, startedAtMs }) => ({ id, socketPath, startedAtMs })),
      ]
      const isLost = facts.condition === 'crash-loop' && (known === undefined || known.state === 'crash-loop')
      services[service] = { state: workers.length > 0 ? 'up' : isLost ? 'crash-loop' : 'starting', workers }
    }
  }
  return { type: 'routes', version, services }
}
