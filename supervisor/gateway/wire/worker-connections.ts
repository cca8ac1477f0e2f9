import type { UpstreamWorker } from '../upstream-workers.ts'
import { openUpstream, type UpstreamConnection, UpstreamSilentError } from './upstream-connection.ts'

/** More idle connections than this are closed as they come back. */
const IDLE_MAX = 256
/** A worker may be silent this long before its response: an answer that is not streamed can take many model calls. */
const SILENCE_MS_MAX = 1_800_000
const SILENCE_SWEEP_MS = 10_000

/** Kept connections to workers, by incarnation: a socket path is never used twice, so neither is a connection for the wrong worker. */
export interface WorkerConnections {
  /** An idle connection, or a new one. Rejects when nobody listens. */
  take(worker: UpstreamWorker): UpstreamConnection | Promise<UpstreamConnection>
  /** Closes the idle connections of workers that have left the routes. */
  keepOnly(ids: ReadonlySet<string>): void
  close(): void
}

export const createWorkerConnections = (): WorkerConnections => {
  const idle = new Map<string, UpstreamConnection[]>()
  const all = new Set<UpstreamConnection>()
  const sweep = setInterval(() => {
    const nowMs = Date.now()
    for (const connection of all) {
      if (connection.isSilent(nowMs, SILENCE_MS_MAX)) connection.fail(new UpstreamSilentError('The worker is silent.'))
    }
  }, SILENCE_SWEEP_MS)
  sweep.unref()

  const giveBack = (id: string) => (connection: UpstreamConnection) => {
    const list = idle.get(id)
    if (!list || list.length >= IDLE_MAX) connection.close()
    else list.push(connection)
  }

  const forget = (id: string) => {
    for (const connection of idle.get(id) ?? []) connection.close()
    idle.delete(id)
  }

  return {
    take({ id, socketPath }) {
      const list = idle.get(id)
      for (let connection = list?.pop(); connection; connection = list?.pop()) {
        if (!connection.isClosed) return connection
      }
      if (!list) idle.set(id, [])
      return openUpstream(socketPath, {
        onIdle: giveBack(id),
        onClose: (connection) => void all.delete(connection),
      }).then((connection) => {
        all.add(connection)
        return connection
      })
    },
    keepOnly(ids) {
      for (const id of [...idle.keys()]) if (!ids.has(id)) forget(id)
    },
    close() {
      clearInterval(sweep)
      for (const id of [...idle.keys()]) forget(id)
    },
  }
}
