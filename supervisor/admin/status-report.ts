import type { FiringAlert } from '../metrics/alert-watch.ts'
import type { PoolFacts, ProcessFacts, Supervision } from '../pool/supervision.ts'
import type { PoolStatus, StatusDocument, WorkerStatus } from './status-document.ts'

/** The document of `orrery status --json` from what the supervisor knows. */
export const reportStatus = (supervision: Supervision, pssBytes: number, alerts: FiringAlert[]): StatusDocument => ({
  version: supervision.version,
  ready: supervision.ready().ready,
  url: supervision.url,
  dataDirectory: supervision.dataDirectory,
  startedAt: supervision.startedAt.toISOString(),
  pssBytes,
  supervisor: { pid: process.pid },
  gateways: supervision.gateways().map(({ pid, state }) => ({ pid, state })),
  pools: supervision.pools().map(toPoolStatus),
  backends: supervision.backends().map(({ name, kind, pid, state, detail }) => ({
    name,
    kind,
    state,
    ...(pid === undefined ? {} : { pid }),
    ...(detail === undefined ? {} : { detail }),
  })),
  reasons: supervision.ready().reasons,
  warnings: [...supervision.troubles(), ...supervision.warnings()],
  alerts,
})

const toPoolStatus = ({ name, services, min, max, workers, spares = [] }: PoolFacts): PoolStatus => ({
  name,
  services,
  min,
  max,
  workers: workers.map(toWorkerStatus),
  spares: spares.map(toWorkerStatus),
})

const toWorkerStatus = (worker: ProcessFacts): WorkerStatus => ({
  pid: worker.pid,
  slot: worker.slot,
  generation: worker.generation,
  state: worker.state,
  startedAt: worker.startedAt.toISOString(),
  restarts: worker.restarts,
  inFlight: worker.inFlight,
  streams: worker.streams,
  rssBytes: worker.rssBytes,
  loopDelayMs: worker.loopDelayMs,
  ...(worker.notReady === undefined ? {} : { notReady: worker.notReady }),
})
