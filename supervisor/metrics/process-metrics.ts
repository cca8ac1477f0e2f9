import type { MetricFamily, MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { ProcessFacts } from '../pool/supervision.ts'

interface Gauge {
  name: string
  help: string
  value(facts: ProcessFacts): number | undefined
}

/** Labelled by pool and slot, never by pid: a new pid at each restart would make a new series each time. */
const GAUGES: readonly Gauge[] = [
  {
    name: 'orrery_process_up',
    help: '1 while the process of this slot is ready, else 0.',
    value: ({ state }) => (state === 'ready' ? 1 : 0),
  },
  {
    name: 'orrery_process_in_rotation',
    help: '1 while this slot gets requests: its process is ready and its services say so too.',
    value: ({ state, notReady }) => (state === 'ready' && notReady === undefined ? 1 : 0),
  },
  {
    name: 'orrery_process_restarts',
    help: 'How often this slot was started again after a death, over all supervisors.',
    value: ({ restarts }) => restarts,
  },
  { name: 'orrery_process_resident_bytes', help: 'Resident memory.', value: ({ rssBytes }) => rssBytes },
  {
    name: 'orrery_process_loop_delay_seconds',
    help: 'How late the event loop ran its timers.',
    value: ({ loopDelayMs }) => loopDelayMs / 1_000,
  },
  { name: 'orrery_process_in_flight', help: 'Requests being answered.', value: ({ inFlight }) => inFlight },
  { name: 'orrery_process_streams', help: 'Open event streams.', value: ({ streams }) => streams },
  {
    name: 'orrery_process_heartbeat_age_seconds',
    help: 'Since the last heartbeat: a process that hangs shows its last values, and here how old they are.',
    value: ({ heartbeatAgeMs }) => (heartbeatAgeMs === undefined ? undefined : heartbeatAgeMs / 1_000),
  },
]

/** What the supervisor knows of each process, as gauges. Pure. */
export const processMetrics = (processes: readonly ProcessFacts[]): MetricsSnapshot => ({
  families: GAUGES.map(
    ({ name, help, value }): MetricFamily => ({
      name,
      help,
      type: 'gauge',
      series: processes.flatMap((facts) => {
        const measured = value(facts)
        return measured === undefined
          ? []
          : [{ labels: { pool: facts.pool, slot: String(facts.slot) }, value: measured }]
      }),
    }),
  ),
})
