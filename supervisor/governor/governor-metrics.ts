import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { LimitCause } from './limits-policy.ts'

/** What the governor did and sees, among the supervisor's own metrics. */
export interface GovernorMetrics {
  replaced(pool: string, cause: LimitCause, outcome: 'replaced' | 'kept'): void
  scaled(pool: string, from: number, to: number): void
  heldBack(pool: string): void
  observe(pool: string, facts: { size: number; cores: number; memoryBytes: number }): void
}

export const createGovernorMetrics = (registry: MetricsRegistry): GovernorMetrics => {
  const replacements = registry.counter(
    'orrery_worker_replacements_total',
    'Workers that reached a limit, by which one (memory, requests, age) and whether a new one took over.',
  )
  const changes = registry.counter('orrery_pool_scale_total', 'Changes of the size of a pool, by direction.')
  const held = registry.counter('orrery_pool_growth_held_back_total', 'Seconds under pressure without memory to grow.')
  const size = registry.gauge('orrery_pool_size', 'Slots of a pool.')
  const cores = registry.gauge('orrery_pool_cpu_cores', 'Cores that the workers of a pool take together.')
  const memory = registry.gauge(
    'orrery_pool_memory_bytes',
    'Memory of the workers of a pool: proportional set size where the pool has a memory limit, else resident size.',
  )
  return {
    replaced: (pool, cause, outcome) => replacements.add(1, { pool, cause, outcome }),
    scaled: (pool, from, to) => changes.add(1, { pool, direction: to > from ? 'up' : 'down' }),
    heldBack: (pool) => held.add(1, { pool }),
    observe(pool, facts) {
      size.set(facts.size, { pool })
      cores.set(facts.cores, { pool })
      memory.set(facts.memoryBytes, { pool })
    },
  }
}
