import type { Counter, Histogram, MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import type { UpstreamFacts } from './upstream-workers.ts'

export interface GatewayMetrics {
  /** A response began. `seconds`: from the request's arrival to its first byte. */
  answered(service: string, status: number, seconds: number): void
  retried(service: string, reason: string): void
  /** Gauges, set before each snapshot. */
  observe(facts: { inFlight: number; streams: number; ejected: number; waiting: ReadonlyMap<string, number> }): void
  observeUpstream(facts: readonly UpstreamFacts[]): void
  /** Makes a service's series appear at zero before its first request. */
  introduce(service: string): void
}

export const createGatewayMetrics = (registry: MetricsRegistry): GatewayMetrics => {
  const requests = registry.counter('orrery_gateway_requests_total', 'Requests answered, by service and status class.')
  const seconds = registry.histogram(
    'orrery_gateway_request_seconds',
    'From arrival to the first byte of the response.',
  )
  const retries = registry.counter('orrery_gateway_retries_total', 'Requests sent again to another worker.')
  const inFlight = registry.gauge('orrery_gateway_in_flight', 'Requests whose response is not complete, streams aside.')
  const streams = registry.gauge('orrery_gateway_open_streams', 'Event streams open to clients.')
  const ejected = registry.gauge('orrery_gateway_ejected_workers', 'Workers out of rotation after failures in a row.')

  const waiting = registry.gauge('orrery_gateway_waiting_requests', 'Requests that wait for a worker, by service.')

  const oldestWait = registry.gauge(
    'orrery_gateway_oldest_wait_seconds',
    'Longest present wait for a worker, by service.',
  )
  const panic = registry.gauge(
    'orrery_gateway_panic',
    '1 while more than half of the workers are ejected, so that ejection is ignored.',
  )
  const circuit = registry.gauge(
    'orrery_gateway_circuit_open',
    '1 while requests are refused because most attempts failed.',
  )

  /** Made at the first request of a service and class, so that no series is shown that counted nothing. */
  const byService = new Map<string, { byClass: { add(): void }[]; seconds: Histogram }>()
  const seriesOf = (service: string) => {
    const byClass = Array.from({ length: 6 }, (_, first) => {
      let series: Counter | undefined
      return {
        add() {
          series ??= requests.at({ service, status: `${first}xx` })
          series.add()
        },
      }
    })
    const added = { byClass, seconds: seconds.at({ service }) }
    byService.set(service, added)
    return added
  }

  return {
    answered(service, status, elapsed) {
      const series = byService.get(service) ?? seriesOf(service)
      series.byClass[Math.floor(status / 100)]?.add()
      series.seconds.observe(elapsed)
    },
    retried: (service, reason) => retries.add(1, { service, reason }),
    observe(facts) {
      inFlight.set(facts.inFlight)
      streams.set(facts.streams)
      ejected.set(facts.ejected)
      for (const [service, count] of facts.waiting) waiting.set(count, { service })
    },
    observeUpstream(facts) {
      for (const { service, oldestWaitMs, isPanic, isCircuitOpen } of facts) {
        oldestWait.set(oldestWaitMs / 1_000, { service })
        panic.set(isPanic ? 1 : 0, { service })
        circuit.set(isCircuitOpen ? 1 : 0, { service })
      }
    },
    introduce: (service) => requests.add(0, { service, status: '2xx' }),
  }
}
