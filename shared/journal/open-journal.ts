import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { createSnowflakes } from '#shared/ids/snowflake.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { MetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { connectionOptions } from '#shared/postgres/connect.ts'
import { createPatience } from '#shared/postgres/patience.ts'
import { createRenewingClient, type RenewingClient } from '#shared/postgres/renewing-client.ts'
import { requestCancel, watchCancelRequests } from './cancel-runs.ts'
import type { LoadedRun } from './claim-runs.ts'
import { isOutage } from './database-outage.ts'
import { enqueueRunOnce } from './enqueue-once.ts'
import { FencedError } from './errors.ts'
import { type FlushConnection, openFlushConnection } from './flush-connection.ts'
import { createFlushLoop } from './flush-loop.ts'
import type { ClaimedRun, Journal } from './journal.ts'
import { createJournalMetrics } from './journal-metrics.ts'
import { createOwnedRuns } from './owned-runs.ts'
import { findRun, listRuns, readEvents } from './read-runs.ts'
import { createRunClaims } from './run-claims.ts'
import { createRunListeners } from './run-listeners.ts'
import { createGroupStore } from './store-group.ts'
import { sweepRuns } from './sweep-runs.ts'
import { startHeartbeat, type WorkerIdentity } from './worker-registration.ts'

/** Connections for claims, reads and the heartbeat; flushes have one of their own. */
const POOL_SIZE = 3
const CONNECT_SECONDS_MAX = 3
const REGISTER_MS_MAX = 30_000
const REGISTER_RETRY_MS = 100
const CLOSE_SECONDS_MAX = 1

export interface OpenJournal {
  databaseUrl: string
  logger: Logger
  metrics: MetricsRegistry
}

/**
 * Registers this process as a worker and gives it its journal. Waits up to 30 s for a database that is not there yet, then rejects with the
 * driver's error. One journal per process: it holds four connections.
 */
export const openJournal = async (options: OpenJournal): Promise<Journal> => {
  const logger = options.logger.child({ part: 'journal' })
  const metrics = createJournalMetrics(options.metrics)
  const connection = openFlushConnection(options.databaseUrl)
  const worker = await register(connection)
  const client = createRenewingClient((onclose) =>
    postgres({
      ...connectionOptions(options.databaseUrl),
      max: POOL_SIZE,
      onclose,
      max_lifetime: null, // a connection that ends is a loss, never a matter of age
      fetch_types: false,
      connect_timeout: CONNECT_SECONDS_MAX,
      connection: { application_name: `orrery journal ${worker.id}`, synchronous_commit: 'off' },
    }),
  )

  const patience = createPatience({ probe: () => client.ask((sql) => sql`select 1`) })
  /** For questions that may be asked twice: they wait for a database that is away. */
  const askPatiently = <Value>(question: (sql: postgres.Sql) => PromiseLike<Value>): Promise<Value> =>
    patience.ask(
      () => client.ask(question),
      () => true,
    )

  const closing = new AbortController()
  const fenced = new AbortController()
  const listeners = createRunListeners(logger)
  const loop = createFlushLoop({
    store: createGroupStore({ connection, worker, metrics, logger, signal: closing.signal }),
    onQueued: (bytes) => metrics.queuedBytes.set(bytes),
    onStored: (group) => {
      if (!listeners.active) return
      for (const batch of group.batches) listeners.stored(batch.run.runId, batch.firstSequence, batch.lines)
    },
    onEnded: (error) => {
      stopHeartbeat()
      stopCancelWatch()
      closing.abort(error)
      owned.closeAll()
      if (!(error instanceof FencedError)) return
      logger.error({ workerId: worker.id }, 'this worker was taken over')
      fenced.abort(error)
    },
  })
  const owned = createOwnedRuns({ loop, listeners, onCount: (count) => metrics.runsOwned.set(count) })
  const stopHeartbeat = startHeartbeat({ client, worker, logger, onFenced: () => loop.end(new FencedError()) })
  const stopCancelWatch = watchCancelRequests({ client, worker, owned, logger })
  const nextRunId = createSnowflakes(worker.id)
  const claims = createRunClaims({
    client,
    worker,
    metrics,
    logger,
    isKnown: (runId) => owned.get(runId) !== undefined,
    take: owned.take,
  })

  /** A run that began here a moment ago has its row in the next flush. When that fails, what is stored is still the answer. */
  const storeNewRow = async (runId: string) => {
    await owned
      .get(runId)
      ?.writer.durable()
      .catch(() => undefined)
  }

  /** A run that was lost again since is nobody's business here. */
  const toClaimed = ({ header, events }: LoadedRun): ClaimedRun[] => {
    const run = owned.get(header.id)
    return run ? [{ header, events, writer: run.writer }] : []
  }

  return {
    workerId: worker.id,
    fenced: fenced.signal,
    start: (run) => owned.start(nextRunId(), run).writer,
    nextRunId,
    async enqueue(run, events, options = {}) {
      if (options.runId !== undefined) {
        const once = { ...run, id: options.runId }
        if (!(await askPatiently((sql) => enqueueRunOnce(sql, once, events)))) throw new FencedError(once.id)
        return once.id
      }
      const runId = nextRunId()
      const { writer } = owned.start(runId, run)
      for (const event of events) writer.append(event)
      await writer.release()
      return runId
    },
    claim: async (kinds, limit) => (limit < 1 ? [] : (await claims.claim(kinds, limit)).flatMap(toClaimed)),
    async claimByKey(key) {
      // A claim whose answer was lost is given back before the next.
      const run = await patience.ask(
        () => claims.claimByKey(key),
        () => true,
      )
      return run && toClaimed(run)[0]
    },
    async cancel(runId) {
      await storeNewRow(runId)
      const state = await askPatiently((sql) => requestCancel(sql, runId))
      if (state === 'running') owned.get(runId)?.cancel()
      return state
    },
    owns: (runId) => owned.get(runId) !== undefined,
    async find(runId) {
      await storeNewRow(runId)
      return askPatiently((sql) => findRun(sql, runId))
    },
    list: (query) => askPatiently((sql) => listRuns(sql, query)),
    read: (runId, afterSequence) => askPatiently((sql) => readEvents(sql, runId, afterSequence)),
    listen: (runId, onEvent, listenOptions = {}) => listeners.add(runId, { ...listenOptions, onEvent }),
    sweep: (query) => askPatiently((sql) => sweepRuns(sql, query)),
    async close() {
      patience.close()
      await loop.close()
      stopHeartbeat()
      stopCancelWatch()
      if (!fenced.signal.aborted) await signOff(client, worker, logger)
      await Promise.allSettled([client.close(CLOSE_SECONDS_MAX), connection.close()])
    },
  }
}

const register = async (connection: FlushConnection): Promise<WorkerIdentity> => {
  const deadline = performance.now() + REGISTER_MS_MAX
  for (;;) {
    try {
      return await connection.register()
    } catch (error) {
      if (performance.now() < deadline && isOutage(error)) await sleep(REGISTER_RETRY_MS)
      else {
        await connection.close()
        throw error
      }
    }
  }
}

/** Runs that are still running here become claimable at once instead of when the silence is noticed. */
const signOff = async (client: RenewingClient, worker: WorkerIdentity, logger: Logger): Promise<void> => {
  const deadline = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_SECONDS_MAX * 1000).unref())
  const left = client
    .ask((sql) => sql`select takeover(${worker.id})`)
    .then(
      () => undefined,
      (error: unknown) => logger.warn({ err: error }, 'could not sign off from the journal'),
    )
  await Promise.race([left, deadline])
}
