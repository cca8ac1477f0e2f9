/**
 * The whole service in a process that dies at a given point: `doomed-worker.ts <database url> <data directory> <socket> <point> <nth> <engine>`. Serves the
 * app on the socket, ingests, changes models, and merges all the time. Prints its journal id when it is ready.
 */
import { join } from 'node:path'
import { openJournal } from '#shared/journal/open-journal.ts'
import { silentLogger } from '#shared/logging/logger.ts'
import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { openLocalObjectStore } from '#shared/objects/local-object-store.ts'
import { createOutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { connectPostgres } from '#shared/postgres/connect.ts'
import { createKnowledgeApp } from '../../app.ts'
import { createKnowledgeDependencies } from '../../dependencies.ts'
import { startVectorChanges } from '../../embeddings/start-vector-changes.ts'
import { startIngestionClaimer } from '../../ingestion/ingestion-claimer.ts'
import type { IngestionStep } from '../../ingestion/ingestion-events.ts'
import { queueStranded } from '../../ingestion/queue-stranded.ts'
import { createLanceIndex } from '../../retrieval/lancedb/lance-index.ts'
import { createSegmentIndex } from '../../retrieval/segments/segment-index.ts'
import { installedLancedb } from '../installed-lancedb.ts'
import { createReaper, type KillPoint, observeModels, observeTransactions } from './kill-points.ts'
import { observeLance } from './observe-lance.ts'

const [databaseUrl = '', dataDirectory = '', socket = '', point, nth, engine] = process.argv.slice(2)
/** Between two rounds of merging. */
const MERGE_EVERY_MS = 20
/** The next process goes on with a change of model after this long. */
const LEASE_MS = 300
/** A document without a run belongs to a process before this one: nobody else uploads. */
const STRANDED_MS = 0

const pass = createReaper({ point: point as KillPoint, nth: Number(nth) })
const metrics = createMetricsRegistry()
const journal = await openJournal({ databaseUrl, logger: silentLogger, metrics })
const database = observeTransactions(connectPostgres(databaseUrl, 4).database, pass)
const folder = join(dataDirectory, 'objects', 'knowledge')
const store = await openLocalObjectStore(join(folder, 'segments'), (step) => pass(`index file ${step}`))
let nudge: () => void = () => undefined
const whole = await createKnowledgeDependencies({
  logger: silentLogger,
  metrics,
  database,
  outbound: createOutboundGuard({ allow: '' }),
  journal: async () => journal,
  dataDirectory,
  instanceKey: '5'.repeat(64),
  nudge: () => nudge(),
})
const dependencies = {
  ...whole,
  models: observeModels(whole.models, pass),
  files: await openLocalObjectStore(join(folder, 'files'), (step) => pass(`upload ${step}`)),
  index: engine === 'lancedb' ? await lanceIndex() : createSegmentIndex({ database, store, logger: silentLogger }),
}
/** Tables are looked after as often as files are merged. */
async function lanceIndex() {
  const { find } = await installedLancedb()
  return createLanceIndex({
    database,
    folder: join(folder, 'lancedb'),
    find: async () => observeLance(await find(), pass),
    logger: silentLogger,
    tableRestSeconds: 0,
  })
}
const draining = new AbortController().signal
await queueStranded(dependencies, STRANDED_MS)
const observe = (step: IngestionStep) => pass(`ingestion: ${step}`)
const claimer = startIngestionClaimer({ ...dependencies, journal, draining, observe })
const vectorChanges = startVectorChanges({ ...dependencies, draining, leaseMs: LEASE_MS })
nudge = () => {
  claimer.nudge()
  pass('model change looked for')
  vectorChanges.nudge()
}
const app = createKnowledgeApp(dependencies)
Bun.serve({ unix: socket, fetch: (request) => app.handle(request) })
console.log(journal.workerId)

for (;;) {
  pass('merging')
  await dependencies.index.maintain(draining)
  pass('merged')
  await Bun.sleep(MERGE_EVERY_MS)
}
