/**
 * When operators are told that something is not as it should be, and when that it is over. Pure: it is given measurements and the time. A rule
 * fires when its value was too high for `FIRE_MS` without a break, and is over when it was clearly lower for `RESOLVE_MS`: a value that plays
 * around the threshold makes one alert, not a hundred.
 */
export type AlertName = 'mean-latency' | 'p95-latency' | 'error-rate' | 'cpu' | 'memory' | 'connections'

export interface AlertRule {
  /** In the unit of the rule: seconds, or a share from 0 to 1. */
  threshold: number
  unit: 'seconds' | 'share'
  /** Fewer observations than this say nothing. */
  samplesMin: number
  /** What is too high. */
  subject: string
}

export const ALERT_RULES: Readonly<Record<AlertName, AlertRule>> = {
  'mean-latency': { threshold: 0.5, unit: 'seconds', samplesMin: 20, subject: 'the mean time to an answer' },
  'p95-latency': { threshold: 1, unit: 'seconds', samplesMin: 20, subject: 'the time within which 95 % are answered' },
  'error-rate': { threshold: 0.01, unit: 'share', samplesMin: 100, subject: 'the share of requests that fail (5xx)' },
  cpu: { threshold: 0.8, unit: 'share', samplesMin: 1, subject: "the share of the machine's CPU time in use" },
  memory: { threshold: 0.85, unit: 'share', samplesMin: 1, subject: 'the share of the memory in use' },
  connections: { threshold: 0.8, unit: 'share', samplesMin: 1, subject: "the share of a gateway's connections in use" },
}

export const FIRE_MS = 15_000
export const RESOLVE_MS = 60_000
/** Of the threshold: below this share of it the value counts as good again. */
const GOOD_SHARE = 0.9

/** One rule about one thing. */
export interface Measurement {
  alert: AlertName
  /** Service that it is about; undefined when it is about the whole. */
  service?: string
  value: number
  /** Observations behind the value. */
  samples: number
}

export interface AlertState {
  measurement: Measurement
  badSinceMs?: number
  goodSinceMs?: number
  firingSinceMs?: number
}

export interface AlertEvent {
  kind: 'fired' | 'resolved'
  measurement: Measurement
  atMs: number
  /** When it fired. */
  sinceMs: number
}

/** By `keyOf`. Things that are not measured any more, such as a service without traffic, count as good. */
export type AlertStates = ReadonlyMap<string, AlertState>

export const keyOf = ({ alert, service }: Pick<Measurement, 'alert' | 'service'>): string =>
  service === undefined ? alert : `${alert}/${service}`

/** The states after a round of measurements, and what changed. */
export const judgeAlerts = (
  states: AlertStates,
  measurements: readonly Measurement[],
  nowMs: number,
): { states: AlertStates; events: AlertEvent[] } => {
  const measured = new Map(measurements.map((measurement) => [keyOf(measurement), measurement]))
  const silent = [...states.values()].map(({ measurement }) => ({ ...measurement, value: 0, samples: 0 }))
  const all = new Map([...silent.map((entry) => [keyOf(entry), entry] as const), ...measured])
  const after = new Map<string, AlertState>()
  const events: AlertEvent[] = []
  for (const [key, measurement] of all) {
    const { state, event } = judgeOne(states.get(key), measurement, nowMs)
    if (event) events.push(event)
    if (state.firingSinceMs !== undefined || measured.has(key)) after.set(key, state)
  }
  return { states: after, events }
}

const judgeOne = (
  before: AlertState | undefined,
  measurement: Measurement,
  nowMs: number,
): { state: AlertState; event?: AlertEvent } => {
  const { threshold, samplesMin } = ALERT_RULES[measurement.alert]
  const isTelling = measurement.samples >= samplesMin
  const isBad = isTelling && measurement.value > threshold
  const isGood = !isTelling || measurement.value < threshold * GOOD_SHARE
  const firingSinceMs = before?.firingSinceMs
  const badSinceMs = isBad ? (before?.badSinceMs ?? nowMs) : undefined
  const goodSinceMs = isGood ? (before?.goodSinceMs ?? nowMs) : undefined
  const since = {
    ...(badSinceMs === undefined ? {} : { badSinceMs }),
    ...(goodSinceMs === undefined ? {} : { goodSinceMs }),
  }
  if (firingSinceMs === undefined) {
    if (badSinceMs === undefined || nowMs - badSinceMs < FIRE_MS) return { state: { measurement, ...since } }
    const event: AlertEvent = { kind: 'fired', measurement, atMs: nowMs, sinceMs: nowMs }
    return { state: { measurement, ...since, firingSinceMs: nowMs }, event }
  }
  if (goodSinceMs === undefined || nowMs - goodSinceMs < RESOLVE_MS) {
    return { state: { measurement, ...since, firingSinceMs } }
  }
  const event: AlertEvent = { kind: 'resolved', measurement, atMs: nowMs, sinceMs: firingSinceMs }
  return { state: { measurement, ...since }, event }
}

/** One sentence: what is too high, how high, and which bound there is. */
export const describeAlert = ({ alert, service, value }: Measurement): string => {
  const { subject, threshold, unit } = ALERT_RULES[alert]
  const show = (amount: number) => (unit === 'seconds' ? `${Math.round(amount * 1_000)} ms` : `${percent(amount)} %`)
  return `${service === undefined ? '' : `${service}: `}${subject} is ${show(value)}; the bound is ${show(threshold)}`
}

const percent = (share: number): number => Math.round(share * 1_000) / 10
