/**
 * Ranking quality and query time of the `segments` index beside PostgreSQL's own full-text search, in one run on one corpus.
 *
 * `bun bench/retrieval/measure-retrieval.ts <scifact-train.json[.gz]> [<postgres url>]`; the URL may come from TEST_POSTGRES_URL. The file holds
 * `{docs: {id: {t: title, s: [sentences]}}, train: [{q: claim, r: {id: grade}}]}`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { createBaseRepository } from '../../services/knowledge/bases/base-repository.ts'
import { commitChunks } from '../../services/knowledge/chunks/commit-chunks.ts'
import { createDocumentRepository } from '../../services/knowledge/documents/document-repository.ts'
import { createSegmentIndex } from '../../services/knowledge/retrieval/segments/segment-index.ts'
import { DEFAULT_SPLITTING } from '../../services/knowledge/splitting/split-settings.ts'
import { NO_EMBEDDINGS } from '../../services/knowledge/test/word-embeddings.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { openLocalObjectStore } from '../../shared/objects/local-object-store.ts'
import { connectionOptions } from '../../shared/postgres/connect.ts'
import { temporaryDatabase } from '../../shared/testing/temporary-database.ts'
import { createTsvectorSearch } from './tsvector-search.ts'

interface Judged {
  q: string
  r: Record<string, number>
}

const CUTOFF = 10
/** Timed queries per engine; the order alternates, so that both see the same machine. */
const TIMED_QUERIES = 400

const [path = '', databaseUrl] = process.argv.slice(2)
if (databaseUrl) process.env.TEST_POSTGRES_URL = databaseUrl
const file = await Bun.file(path).bytes()
const corpus = JSON.parse(new TextDecoder().decode(path.endsWith('.gz') ? Bun.gunzipSync(file) : file)) as {
  docs: Record<string, { t: string; s: string[] }>
  train: Judged[]
}
const documents = Object.entries(corpus.docs).map(([id, { t, s }]) => ({ id, text: `${t} ${s.join(' ')}` }))

await using database = await temporaryDatabase()
const directory = await mkdtemp(join(tmpdir(), 'orrery-bench-'))
const index = createSegmentIndex({
  database: database.database,
  store: await openLocalObjectStore(directory),
  logger: silentLogger,
})
const baseId = 'bench'
const base = { id: baseId, appId: '', name: 'bench', description: '', splitting: DEFAULT_SPLITTING }
await createBaseRepository(database.database).insert(base)
const rows = createDocumentRepository(database.database)
const bench = { id: 'bench', appId: '', baseId, name: 'bench', mediaType: 'text/plain', state: 'ready' } as const
const row = await rows.insert(bench)
if (!row) throw new Error('The bench document could not be stored.')

const buildStarted = performance.now()
await commitChunks(
  { database: database.database, index, models: NO_EMBEDDINGS.models },
  {
    baseId,
    document: row,
    add: documents.map(({ id, text }, position) => ({
      key: id,
      position,
      title: '',
      content: text,
      context: null,
      page: null,
      pageEnd: null,
      references: {},
    })),
  },
)
const buildSeconds = (performance.now() - buildStarted) / 1000
const sql = postgres({ ...connectionOptions(database.url), max: 1 })
const keys = await sql<{ id: string; key: string }[]>`select id, key from knowledge_chunks`
const keyOf = new Map(keys.map(({ id, key }) => [Number(id), key]))
const tsvector = await createTsvectorSearch(sql, documents)

const engines = {
  segments: async (text: string) =>
    (await index.search({ baseIds: [baseId], text, limit: CUTOFF })).map((hit) => keyOf.get(hit.chunkId) ?? ''),
  tsvector: (text: string) => tsvector.search(text, CUTOFF),
}
type Engine = keyof typeof engines
const names = Object.keys(engines) as Engine[]

const quality = { segments: 0, tsvector: 0 }
const times: Record<Engine, number[]> = { segments: [], tsvector: [] }
for (const [number, { q, r }] of corpus.train.entries()) {
  for (const name of number % 2 === 0 ? names : names.toReversed()) {
    const started = performance.now()
    const ranked = await engines[name](q)
    if (number > 20 && times[name].length < TIMED_QUERIES) times[name].push(performance.now() - started)
    quality[name] += discountedGain(ranked, r) / corpus.train.length
  }
}
await sql.end()
await rm(directory, { recursive: true, force: true })

const table = names.map((name) => ({
  name,
  ndcg: quality[name],
  p50: quantile(times[name], 0.5),
  p99: quantile(times[name], 0.99),
}))
const [ours, theirs] = table
console.log(
  `${documents.length} documents, ${corpus.train.length} queries, index and rows written in ${buildSeconds.toFixed(1)} s\n`,
)
console.log('| engine | nDCG@10 | p50 ms | p99 ms |\n|---|---|---|---|')
for (const { name, ndcg, p50, p99 } of table) {
  console.log(`| ${name} | ${ndcg.toFixed(4)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`)
}
if (ours && theirs) {
  console.log(
    `| ratio | ${(ours.ndcg / theirs.ndcg).toFixed(2)} | ${(theirs.p50 / ours.p50).toFixed(1)} times faster | ${(theirs.p99 / ours.p99).toFixed(1)} times faster |`,
  )
}

/** nDCG at the cutoff (Järvelin and Kekäläinen, 2002) with a logarithmic discount. */
function discountedGain(ranked: string[], grades: Record<string, number>): number {
  const gain = (list: number[]) =>
    list.slice(0, CUTOFF).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0)
  const ideal = gain(Object.values(grades).sort((a, b) => b - a))
  return ideal === 0 ? 0 : gain(ranked.map((id) => grades[id] ?? 0)) / ideal
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
