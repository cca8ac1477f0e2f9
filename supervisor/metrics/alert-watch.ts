import type { MetricsSnapshot } from '#shared/metrics/metrics-snapshot.ts'
import { ALERT_RULES, type AlertEvent, type AlertStates, describeAlert, judgeAlerts } from './alert-policy.ts'
import { type CpuTimes, measureConnections, measureCpu, measureMemoryUse, readCpuTimes } from './measure-machine.ts'
import { measureTraffic, readTraffic, type Traffic } from './traffic-window.ts'

/** An alert that is firing, as it is shown at `/health` and by `orrery status`. */
export interface FiringAlert {
  alert: string
  service?: string
  value: number
  threshold: number
  unit: 'seconds' | 'share'
  /** ISO 8601. */
  since: string
  summary: string
}

export interface AlertWatch {
  /** Looks at the sums over all processes and at the machine. To be called every few seconds. */
  look(totals: MetricsSnapshot, nowMs: number): void
  firing(): FiringAlert[]
}

export interface AlertWatchOptions {
  gatewayPids(): number[]
  onEvent(event: AlertEvent): void
}

/** Rates are those of the last minute. */
const WINDOW_MS = 60_000

interface Reading {
  atMs: number
  traffic: Traffic
  cpu: CpuTimes
}

/** Measures what the alert policy judges, and keeps what it decided. */
export const createAlertWatch = ({ gatewayPids, onEvent }: AlertWatchOptions): AlertWatch => {
  let states: AlertStates = new Map()
  let readings: Reading[] = []

  return {
    look(totals, nowMs) {
      const reading = { atMs: nowMs, traffic: readTraffic(totals), cpu: readCpuTimes() }
      const earlier = readings[0] ?? reading
      const measurements = [
        ...measureTraffic(earlier.traffic, reading.traffic),
        ...measureCpu(earlier.cpu, reading.cpu),
        ...measureMemoryUse(),
        ...measureConnections(gatewayPids()),
      ]
      readings = [...readings, reading].filter(({ atMs }) => nowMs - atMs < WINDOW_MS)
      const judged = judgeAlerts(states, measurements, nowMs)
      states = judged.states
      for (const event of judged.events) onEvent(event)
    },
    firing: () =>
      [...states.values()].flatMap(({ measurement, firingSinceMs }) => {
        if (firingSinceMs === undefined) return []
        const { alert, service, value } = measurement
        const { threshold, unit } = ALERT_RULES[alert]
        return [
          {
            ...{ alert, ...(service === undefined ? {} : { service }), value, threshold, unit },
            since: new Date(firingSinceMs).toISOString(),
            summary: describeAlert(measurement),
          },
        ]
      }),
  }
}
