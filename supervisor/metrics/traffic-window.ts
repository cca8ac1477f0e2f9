import { familyOf, type MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import type { Measurement } from './alert-policy.ts'
import { countOf, meanOf, type Observations, quantileOf } from './histogram-quantile.ts'

/** What the gateways have answered for one service since some time, as sums. */
export interface ServiceTraffic {
  observations: Observations
  requests: number
  failures: number
}

/** By service. */
export type Traffic = ReadonlyMap<string, ServiceTraffic>

const SECONDS_FAMILY = 'orrery_gateway_request_seconds'
const REQUESTS_FAMILY = 'orrery_gateway_requests_total'
const P95 = 0.95

/** What the sums over all gateways, living and dead, say about the traffic of each service. Pure. */
export const readTraffic = (totals: MetricsSnapshot): Traffic => {
  const traffic = new Map<string, ServiceTraffic>()
  const of = (service: string, bounds: readonly number[]) => {
    const known = traffic.get(service)
    if (known) return known
    const buckets = new Array<number>(bounds.length + 1).fill(0)
    const added = { observations: { bounds, buckets, sum: 0 }, requests: 0, failures: 0 }
    traffic.set(service, added)
    return added
  }
  const seconds = familyOf(totals, SECONDS_FAMILY)
  const bounds = seconds?.bounds ?? []
  for (const { labels, value, buckets = [] } of seconds?.series ?? []) {
    const entry = of(labels.service ?? '', bounds)
    entry.observations = add(entry.observations, { bounds, buckets, sum: value })
  }
  for (const { labels, value } of familyOf(totals, REQUESTS_FAMILY)?.series ?? []) {
    const entry = of(labels.service ?? '', bounds)
    entry.requests += value
    if (labels.status?.startsWith('5')) entry.failures += value
  }
  return traffic
}

/** What was answered between two readings, as measurements for the alert policy. Pure. */
export const measureTraffic = (earlier: Traffic, later: Traffic): Measurement[] =>
  [...later].flatMap(([service, now]) => {
    const before = earlier.get(service)
    const observations = before ? add(now.observations, before.observations, -1) : now.observations
    const requests = now.requests - (before?.requests ?? 0)
    const failures = now.failures - (before?.failures ?? 0)
    const [mean, p95, samples] = [meanOf(observations), quantileOf(observations, P95), countOf(observations)]
    return [
      ...(mean === undefined ? [] : [{ alert: 'mean-latency', service, value: mean, samples } as const]),
      ...(p95 === undefined ? [] : [{ alert: 'p95-latency', service, value: p95, samples } as const]),
      ...(requests > 0
        ? [{ alert: 'error-rate', service, value: failures / requests, samples: requests } as const]
        : []),
    ]
  })

const add = (one: Observations, other: Observations, factor = 1): Observations => ({
  bounds: one.bounds,
  buckets: one.buckets.map((count, index) => count + factor * (other.buckets[index] ?? 0)),
  sum: one.sum + factor * other.sum,
})
