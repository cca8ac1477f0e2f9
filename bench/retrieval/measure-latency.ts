/**
 * Time of a query over 100,000 chunks: the index as a service asks it, which includes asking PostgreSQL whether the base changed, beside LanceDB by
 * itself, in one run, in turns of some queries each.
 *
 * `bun bench/retrieval/measure-latency.ts [<chunks>] [<postgres url>]`; the URL may come from TEST_POSTGRES_URL. Installs LanceDB into a folder of
 * its own when LANCEDB_FOLDER names none.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installLancedb } from '../../deploy/scripts/install-lancedb.ts'
import { fuseCandidates } from '../../services/knowledge/retrieval/fuse-candidates.ts'
import type { KnowledgeIndex } from '../../services/knowledge/retrieval/knowledge-index.ts'
import { createLanceFinder } from '../../services/knowledge/retrieval/lancedb/find-lancedb.ts'
import { createLanceIndex } from '../../services/knowledge/retrieval/lancedb/lance-index.ts'
import { createSegmentIndex } from '../../services/knowledge/retrieval/segments/segment-index.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { openLocalObjectStore } from '../../shared/objects/local-object-store.ts'
import { temporaryDatabase } from '../../shared/testing/temporary-database.ts'
import { type BenchChunk, type BenchQuery, createLatencyCorpus, DIMENSIONS } from './latency-corpus.ts'
import { folderMegabytes, quantile } from './latency-figures.ts'
import { createLancePeer } from './latency-peer.ts'
import { COMMIT_CHUNKS, createBenchBase } from './latency-store.ts'

const LIMIT = 20
/** Candidates of each list of a hybrid search. */
const DEPTH = 60
/** Queries that an engine is asked in one turn, the first of them untimed: what another one did to caches is not its doing. */
const TURN = 50
const WARM_UPS = 10
const TURNS = 5
const TIMED = TURNS * (TURN - WARM_UPS)
/** Documents of a filtered search: 20 of 10,000. */
const FILTERED_DOCUMENTS = 20

const [chunksWanted = '100000', databaseUrl] = process.argv.slice(2)
if (databaseUrl) process.env.TEST_POSTGRES_URL = databaseUrl
const chunkCount = Number(chunksWanted)
const directory = await mkdtemp(join(tmpdir(), 'orrery-latency-'))
const lanceFolder = process.env.LANCEDB_FOLDER ?? join(directory, 'extensions')
await installLancedb(lanceFolder)
const find = createLanceFinder([lanceFolder])
await using database = await temporaryDatabase({ poolSize: 8 })
await using _cleanup = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }

const folders = {
  segments: join(directory, 'segments'),
  lancedb: join(directory, 'lancedb'),
  peer: join(directory, 'peer'),
}
for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true })
const corpus = createLatencyCorpus(chunkCount)
const engines: Record<'segments' | 'lancedb', KnowledgeIndex> = {
  segments: createSegmentIndex({
    database: database.database,
    store: await openLocalObjectStore(folders.segments),
    logger: silentLogger,
  }),
  lancedb: createLanceIndex({ database: database.database, folder: folders.lancedb, find, logger: silentLogger }),
}
const bases = {
  segments: await createBenchBase(database, 'segments', DIMENSIONS),
  lancedb: await createBenchBase(database, 'lancedb', DIMENSIONS),
}
const peer = await createLancePeer(await find(), folders.peer)

const builtMs = { segments: 0, lancedb: 0, peer: 0 }
const timed = async (name: keyof typeof builtMs, work: () => Promise<unknown>) => {
  const started = performance.now()
  await work()
  builtMs[name] += performance.now() - started
}
const store = async (chunks: BenchChunk[]) => {
  builtMs.segments += await bases.segments.commit(engines.segments, chunks)
  builtMs.lancedb += await bases.lancedb.commit(engines.lancedb, chunks)
  await timed('peer', () => peer.add(chunks))
}
let waiting: BenchChunk[] = []
for (const chunk of corpus.chunks()) {
  waiting.push(chunk)
  if (waiting.length < COMMIT_CHUNKS) continue
  await store(waiting)
  waiting = []
}
if (waiting.length > 0) await store(waiting)
const patience = AbortSignal.timeout(3_600_000)
await timed('segments', () => engines.segments.maintain(patience))
await database.client`update knowledge_lance_tables set maintained_at = now() - interval '1 hour'`
await timed('lancedb', () => engines.lancedb.maintain(patience))
await timed('peer', () => peer.index())

const documents = Array.from(
  { length: FILTERED_DOCUMENTS },
  (_, at) => 1 + at * Math.floor(chunkCount / 10 / FILTERED_DOCUMENTS),
)
const productOf = (name: keyof typeof engines) => {
  const index = engines[name]
  const baseIds = [name]
  const documentNumbers = new Set(documents.map(bases[name].numberOf))
  const rule = { fusion: 'reciprocal-rank', weights: { lexical: 1, vector: 1 }, ways: ['lexical', 'vector'] } as const
  const words = (query: BenchQuery, limit: number, filter: object = {}) =>
    index.search({ baseIds, text: query.text, limit, ...filter })
  const meaning = (query: BenchQuery, limit: number, filter: object = {}) =>
    index.searchVectors({ baseIds, vector: query.vector, limit, ...filter })
  const hybrid = async (query: BenchQuery, filter: object = {}) => {
    const [lexical, vector] = await Promise.all([words(query, DEPTH, filter), meaning(query, DEPTH, filter)])
    return fuseCandidates(
      [
        { way: 'lexical', hits: lexical },
        { way: 'vector', hits: vector },
      ],
      () => rule,
    ).slice(0, LIMIT)
  }
  return {
    lexical: (query: BenchQuery) => words(query, LIMIT),
    'lexical, 20 documents': (query: BenchQuery) => words(query, LIMIT, { documentNumbers }),
    vector: (query: BenchQuery) => meaning(query, LIMIT),
    'vector, 20 documents': (query: BenchQuery) => meaning(query, LIMIT, { documentNumbers }),
    hybrid: (query: BenchQuery) => hybrid(query),
    'hybrid, 20 documents': (query: BenchQuery) => hybrid(query, { documentNumbers }),
  }
}
const subjects = {
  segments: productOf('segments'),
  'engine lancedb': productOf('lancedb'),
  'LanceDB itself': {
    lexical: (query: BenchQuery) => peer.words(query, LIMIT),
    'lexical, 20 documents': (query: BenchQuery) => peer.words(query, LIMIT, documents),
    vector: (query: BenchQuery) => peer.meaning(query, LIMIT),
    'vector, 20 documents': (query: BenchQuery) => peer.meaning(query, LIMIT, documents),
    hybrid: (query: BenchQuery) => peer.hybrid(query, LIMIT),
    'hybrid, 20 documents': (query: BenchQuery) => peer.hybrid(query, LIMIT, documents),
  },
}
type Subject = keyof typeof subjects
type Way = keyof ReturnType<typeof productOf>
const names = Object.keys(subjects) as Subject[]
const ways = Object.keys(subjects.segments) as Way[]
const queries = corpus.queries()
if (queries.length === 0) throw new Error('There are too few chunks to take queries from.')

const times = new Map<string, number[]>()
for (const way of ways) {
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      const key = `${way}|${name}`
      for (let asked = 0; asked < TURN; asked++) {
        const query = queries[(turn * TURN + asked) % queries.length] as BenchQuery
        const started = performance.now()
        await subjects[name][way](query)
        const tookMs = performance.now() - started
        if (asked >= WARM_UPS) times.set(key, [...(times.get(key) ?? []), tookMs])
      }
    }
  }
}

const figure = (way: Way, name: Subject) => {
  const all = times.get(`${way}|${name}`) ?? []
  return `${quantile(all, 0.5).toFixed(2)} / ${quantile(all, 0.99).toFixed(1)}`
}
const print = (line: string) => process.stdout.write(`${line}\n`)
print(`${chunkCount} chunks, ${DIMENSIONS} numbers a vector, ${TIMED} queries each; p50 / p99 in milliseconds\n`)
print(`| search | ${names.join(' | ')} |`)
print(`|---|${names.map(() => '---').join('|')}|`)
for (const way of ways) print(`| ${way} | ${names.map((name) => figure(way, name)).join(' | ')} |`)
const megabytes = await Promise.all(Object.values(folders).map(folderMegabytes))
print(`| index on disk, MB | ${megabytes.map((each) => each.toFixed(0)).join(' | ')} |`)
print(
  `| built in, s | ${Object.values(builtMs)
    .map((each) => (each / 1000).toFixed(0))
    .join(' | ')} |`,
)
print(`\nmemory of this process at the end: ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB, with all three open`)
for (const base of Object.values(bases)) await base.close()
