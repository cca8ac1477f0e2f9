import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { RunEvent } from '../engine/run-events.ts'

export interface RunMetrics {
  started(mode: string): void
  continued(): void
  cancelled(): void
  observe(event: RunEvent): void
}

/** Seconds; nodes that only compute take microseconds, model calls up to minutes. */
const NODE_SECONDS_BOUNDS = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120]

/** Business numbers of flow runs. A node's kind is the text of its id before the first colon; the compiler admits known kinds only. */
export const createRunMetrics = (metrics: MetricsRegistry): RunMetrics => {
  const started = metrics.counter('orrery_workflow_runs_started_total', 'Flow runs that were accepted.')
  const continued = metrics.counter('orrery_workflow_runs_continued_total', 'Flow runs taken over from another worker.')
  const completed = metrics.counter('orrery_workflow_runs_completed_total', 'Flow runs that reached their end.')
  const failed = metrics.counter('orrery_workflow_runs_failed_total', 'Flow runs that failed, by the wire code.')
  const cancelled = metrics.counter(
    'orrery_workflow_runs_cancelled_total',
    'Flow runs that ended because they were cancelled.',
  )
  const nodes = metrics.histogram(
    'orrery_workflow_node_seconds',
    'Time from the start to the end of a node, by its kind.',
    NODE_SECONDS_BOUNDS,
  )
  const observeNode = (event: { nodeId: string; executedMs: number }) =>
    nodes.observe(event.executedMs / 1000, { kind: event.nodeId.split(':', 1)[0] ?? '' })

  return {
    started: (mode) => started.add(1, { mode }),
    continued: () => continued.add(),
    cancelled: () => cancelled.add(),
    observe(event) {
      if (event.type === 'node-completed' || event.type === 'node-failed') observeNode(event)
      else if (event.type === 'run-completed') completed.add()
      else if (event.type === 'run-failed') failed.add(1, { code: String(event.code) })
    },
  }
}
