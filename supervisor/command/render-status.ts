import type { PoolStatus, StatusDocument } from '../admin/status-document.ts'
import { renderBytes, renderDuration } from './human-units.ts'
import { renderTable } from './text-table.ts'

/** The status document for people. Pure. */
export const renderStatus = (status: StatusDocument, nowMs: number): string => {
  const since = (time: string) => renderDuration(nowMs - Date.parse(time))
  const facts: [string, string][] = [
    ['address', status.url],
    ['data', status.dataDirectory],
    ['running for', since(status.startedAt)],
    ['memory', `${renderBytes(status.pssBytes)} for the whole process tree (sum of PSS)`],
    ['supervisor', `process ${status.supervisor.pid}`],
    ...status.gateways.map(({ pid, state }): [string, string] => ['gateway', `process ${pid}, ${state}`]),
    ...status.backends.map(({ name, kind, state, pid, detail }): [string, string] => [
      name,
      [kind, pid === undefined ? undefined : `process ${pid}`, state, detail].filter(Boolean).join(', '),
    ]),
  ]
  const workers = status.pools.flatMap((pool) =>
    pool.workers.map((worker) => [
      `${pool.name}/${worker.slot}`,
      worker.state,
      worker.pid,
      worker.state === 'ready' ? since(worker.startedAt) : '-',
      worker.restarts,
      worker.inFlight,
      worker.streams,
      renderBytes(worker.rssBytes),
      worker.loopDelayMs,
      pool.services.join(', '),
    ]),
  )
  const head = ['WORKER', 'STATE', 'PID', 'UP', 'RESTARTS', 'IN FLIGHT', 'STREAMS', 'RSS', 'LOOP MS', 'SERVICES']
  return [
    `Orrery ${status.version} is ${status.ready ? 'ready' : 'not ready'}\n`,
    ...facts.map(([name, value]) => `  ${name.padEnd(12)}${value}\n`),
    ...status.reasons.map((reason) => `  not ready: ${reason}\n`),
    ...status.warnings.map((warning) => `  warning: ${warning}\n`),
    ...status.pools.flatMap(outOfRotation).map((text) => `  out of rotation: ${text}\n`),
    ...status.alerts.map(({ summary, since: time }) => `  alert: ${summary}, for ${since(time)}\n`),
    '\n',
    renderTable(head, workers),
  ].join('')
}

/** Workers that live but get no requests, by their own word. */
const outOfRotation = ({ name, workers }: PoolStatus): string[] =>
  workers.flatMap(({ slot, notReady }) => (notReady === undefined ? [] : [`${name}/${slot}: ${notReady}`]))
