import type { Labels, MetricsRegistry } from './metrics-registry.ts'

const MICROSECONDS = 1_000_000

/**
 * CPU time of this process; the supervisor adds what it sees from outside. The returned function brings it up to date; call it before each snapshot.
 * The labels say which kind of process it is, never which one: series of dead processes would pile up.
 */
export const createProcessMetrics = (metrics: MetricsRegistry, labels: Labels): (() => void) => {
  const cpu = metrics.counter(
    'orrery_process_cpu_seconds_total',
    'CPU time of the processes of a pool, user and system',
  )
  let counted = 0
  return () => {
    const { user, system } = process.cpuUsage()
    const total = (user + system) / MICROSECONDS
    cpu.add(Math.max(total - counted, 0), labels)
    counted = total
  }
}
