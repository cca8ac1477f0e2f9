import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { OutboundRefusedError, OutboundUrlInvalidError } from '#shared/outbound/errors.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { type CallOutcome, outcomeOf } from './call-outcome-policy.ts'

/** What a call goes to: an operation of an OpenAPI document, or a tool of an MCP server. */
export type CallKind = 'openapi' | 'mcp'

export interface LinkMetrics {
  /**
   * Makes a call and counts it by what came of it; `failed` tells of a result that the tool itself calls a failure.
   * Throws what the call throws.
   */
  measure<Result>(kind: CallKind, make: () => Promise<Result>, failed?: (result: Result) => boolean): Promise<Result>
  /** MCP sessions that this process has open now. */
  sessions(count: number): void
}

/** Business numbers of tools. Labels are of a few known values each: never a tool, a host or an app. */
export const createLinkMetrics = (metrics: MetricsRegistry): LinkMetrics => {
  const calls = metrics.counter(
    'orrery_link_calls_total',
    'Calls of tools that were made, by kind and what came of it.',
  )
  const seconds = metrics.histogram('orrery_link_call_seconds', 'Time that a call of a tool took, by kind.')
  const sessions = metrics.gauge('orrery_link_mcp_sessions', 'Sessions with MCP servers that are open.')
  sessions.set(0)
  const note = (kind: CallKind, outcome: CallOutcome, started: number) => {
    calls.add(1, { kind, outcome })
    seconds.observe((performance.now() - started) / 1_000, { kind })
  }

  return {
    async measure(kind, make, failed = () => false) {
      const started = performance.now()
      try {
        const result = await make()
        note(kind, failed(result) ? 'tool_failed' : 'ok', started)
        return result
      } catch (error) {
        note(kind, outcomeOf(error), started)
        throw error
      }
    },
    sessions: (count) => sessions.set(count),
  }
}

/** The same guard, whose refusals are counted: by the range of the address, or `url` for one that is none. */
export const countRefusals = (outbound: OutboundGuard, metrics: MetricsRegistry): OutboundGuard => {
  const refused = metrics.counter(
    'orrery_link_outbound_refused_total',
    'Calls for tools that the outbound guard refused, by why.',
  )
  const counted = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof OutboundRefusedError) refused.add(1, { reason: String(error.details.range) })
      if (error instanceof OutboundUrlInvalidError) refused.add(1, { reason: 'url' })
      throw error
    }
  }
  return {
    check: (url) => counted(outbound.check(url)),
    fetch: (url, init) => counted(outbound.fetch(url, init)),
    openSocket: (url, signal) => counted(outbound.openSocket(url, signal)),
  }
}
