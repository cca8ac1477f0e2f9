import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { ApprovalDecided, TurnEvent } from '../loop/turn-events.ts'

export interface TurnMetrics {
  observe(event: TurnEvent): void
}

/** Counters of agent turns, fed by their events. */
export const createTurnMetrics = (metrics: MetricsRegistry): TurnMetrics => {
  const started = metrics.counter('orrery_agent_turns_started_total', 'Agent turns that began.')
  const finished = metrics.counter('orrery_agent_turns_finished_total', 'Agent turns that ended, by wire code.')
  const continued = metrics.counter('orrery_agent_turns_continued_total', 'Model answers gone on with elsewhere.')
  const limits = metrics.counter('orrery_agent_limits_reached_total', 'Limits that took tools from turns, by name.')
  const approvals = metrics.counter('orrery_agent_approvals_total', 'Decisions about calls of agents, by outcome.')
  const tools = metrics.counter('orrery_agent_tool_calls_total', 'Tool calls of agents, by outcome.')
  return {
    observe(event) {
      if (event.type === 'started') started.add()
      else if (event.type === 'continued') continued.add()
      else if (event.type === 'tool-result') tools.add(1, { outcome: event.failed ? 'failed' : 'completed' })
      else if (event.type === 'limit-reached') limits.add(1, { limit: event.limit })
      else if (event.type === 'approval-decided') approvals.add(1, { outcome: outcomeOf(event) })
      else if (event.type === 'finished') finished.add(1, { code: String(event.code) })
    },
  }
}

const outcomeOf = ({ approved, by }: ApprovalDecided): string =>
  by === 'time' ? 'expired' : approved ? 'allowed' : 'refused'
