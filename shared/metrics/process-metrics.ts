import type { Labels, MetricsRegistry } from './metrics-registry.ts'

const MICROSECONDS = 1_000_000

/**
 * CPU time and memory of this process. The returned function brings them up to date; call it before each snapshot.
 * The labels say which kind of process it is, never which one: series of dead processes would pile up.
 */
export const createProcessMetrics = (metrics: MetricsRegistry, labels: Labels): (() => void) => {
  const cpu = metrics.counter(
    'orrery_process_cpu_seconds_total',
    'CPU time of the processes of a pool, user and system',
  )
  const memory = metrics.gauge('orrery_process_resident_bytes', 'Resident memory of the processes of a pool')
  let counted = 0
  return () => {
    const { user, system } = process.cpuUsage()
    const total = (user + system) / MICROSECONDS
    cpu.add(Math.max(total - counted, 0), labels)
    counted = total
    memory.set(process.memoryUsage.rss(), labels)
  }
}
