import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { classifyDeath } from '../pool/death-reason.ts'
import type { Death } from '../pool/supervision.ts'

/** What the supervisor itself counts. */
export interface SupervisorMetrics {
  died(death: Death): void
}

export const createSupervisorMetrics = (registry: MetricsRegistry): SupervisorMetrics => {
  const deaths = registry.counter(
    'orrery_process_deaths_total',
    'Processes that ended although nobody asked them to, by pool and cause: hang, memory, start, stop, signal, exit, unknown.',
  )
  const lives = registry.histogram(
    'orrery_process_life_seconds',
    'How long processes had lived that ended although nobody asked them to.',
    LIFE_BOUNDS,
  )
  return {
    died(death) {
      deaths.add(1, { pool: death.pool, cause: classifyDeath(death) })
      lives.observe(death.uptimeMs / 1_000, { pool: death.pool })
    },
  }
}

/** Seconds, from a start that failed to a month. */
const LIFE_BOUNDS = [0.1, 1, 10, 60, 600, 3_600, 86_400, 2_592_000]
