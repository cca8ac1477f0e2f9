/**
 * Ranking quality and query time of the `segments` index beside PostgreSQL's own full-text search, in one run on one corpus.
 *
 * `bun bench/retrieval/measure-retrieval.ts <scifact-train.json[.gz]> [<postgres url>]`; the URL may come from TEST_POSTGRES_URL. For `segments`, papers
 * are cut into chunks as uploaded documents are, and a paper ranks where its best chunk does; PostgreSQL has them whole.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { createBaseRepository } from '../../services/knowledge/bases/base-repository.ts'
import { commitChunks } from '../../services/knowledge/chunks/commit-chunks.ts'
import { createDocumentRepository } from '../../services/knowledge/documents/document-repository.ts'
import { makeChunks } from '../../services/knowledge/ingestion/make-chunks.ts'
import { createSegmentIndex } from '../../services/knowledge/retrieval/segments/segment-index.ts'
import { DEFAULT_SPLITTING } from '../../services/knowledge/splitting/split-settings.ts'
import { NO_EMBEDDINGS } from '../../services/knowledge/test/word-embeddings.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { openLocalObjectStore } from '../../shared/objects/local-object-store.ts'
import { connectionOptions } from '../../shared/postgres/connect.ts'
import { temporaryDatabase } from '../../shared/testing/temporary-database.ts'
import { CUTOFF, discountedGain, mean, showMean } from './judged-ranking.ts'
import { readScifact } from './read-scifact.ts'
import { createTsvectorSearch } from './tsvector-search.ts'

/** Chunks asked for, so that as many papers as are judged are among them. */
const CHUNKS_ASKED = 3 * CUTOFF
/** Timed queries per engine; the order alternates, so that both see the same machine. */
const TIMED_QUERIES = 400

const [path = '', databaseUrl] = process.argv.slice(2)
if (databaseUrl) process.env.TEST_POSTGRES_URL = databaseUrl
const { ids, texts, questions } = await readScifact(path)
const numbers = new Map(ids.map((id, number) => [id, number]))
const documents = ids.map((id, number) => ({ id, text: texts[number] ?? '' }))

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
    add: documents.flatMap(({ id, text }) =>
      makeChunks({ text, pageStarts: [], headings: [] }, DEFAULT_SPLITTING).map((chunk) => ({
        ...chunk,
        key: `${id}/${chunk.key}`,
      })),
    ),
  },
)
const buildSeconds = (performance.now() - buildStarted) / 1000
const sql = postgres({ ...connectionOptions(database.url), max: 1 })
const keys = await sql<{ id: string; key: string }[]>`select id, key from knowledge_chunks`
const keyOf = new Map(keys.map(({ id, key }) => [Number(id), key]))
const tsvector = await createTsvectorSearch(sql, documents)

const engines = {
  segments: async (text: string) => {
    const hits = await index.search({ baseIds: [baseId], text, limit: CHUNKS_ASKED })
    return [...new Set(hits.map((hit) => keyOf.get(hit.chunkId)?.split('/')[0] ?? ''))].slice(0, CUTOFF)
  },
  tsvector: (text: string) => tsvector.search(text, CUTOFF),
}
type Engine = keyof typeof engines
const names = Object.keys(engines) as Engine[]

const quality: Record<Engine, number[]> = { segments: [], tsvector: [] }
const times: Record<Engine, number[]> = { segments: [], tsvector: [] }
for (const [number, { text, grades }] of questions.entries()) {
  for (const name of number % 2 === 0 ? names : names.toReversed()) {
    const started = performance.now()
    const ranked = await engines[name](text)
    if (number > 20 && times[name].length < TIMED_QUERIES) times[name].push(performance.now() - started)
    const scores = new Float64Array(ids.length)
    for (const [rank, id] of ranked.entries()) scores[numbers.get(id) ?? 0] = CUTOFF - rank
    quality[name].push(discountedGain(scores, grades))
  }
}
await sql.end()
await rm(directory, { recursive: true, force: true })

const table = names.map((name) => ({
  name,
  gains: quality[name],
  p50: quantile(times[name], 0.5),
  p99: quantile(times[name], 0.99),
}))
const [ours, theirs] = table
console.log(
  `${documents.length} documents, ${questions.length} queries, index and rows written in ${buildSeconds.toFixed(1)} s\n`,
)
console.log('| engine | nDCG@10 (95 %) | p50 ms | p99 ms |\n|---|---|---|---|')
for (const { name, gains, p50, p99 } of table) {
  console.log(`| ${name} | ${showMean(gains)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |`)
}
if (ours && theirs) {
  console.log(
    `| ratio | ${(mean(ours.gains) / mean(theirs.gains)).toFixed(2)} | ${(theirs.p50 / ours.p50).toFixed(1)} times faster | ${(theirs.p99 / ours.p99).toFixed(1)} times faster |`,
  )
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
