/**
 * Time of a search by words that is narrowed by metadata, over 100,000 documents of a chunk each: as `narrowSearch` asks for it, and with every document that passes told to the
 * index, in one run. Fails when the two find anything else.
 *
 * `bun bench/retrieval/measure-filters.ts [<documents>] [<postgres url>]`; the URL may come from TEST_POSTGRES_URL.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { sql } from 'drizzle-orm'
import { createBaseRepository } from '../../services/knowledge/bases/base-repository.ts'
import type { MetadataFilter } from '../../services/knowledge/retrieval/document-filter.ts'
import { createDocumentFilterRepository } from '../../services/knowledge/retrieval/document-filter-repository.ts'
import { type NarrowedAsk, narrowSearch } from '../../services/knowledge/retrieval/narrow-search.ts'
import { createSegmentIndex } from '../../services/knowledge/retrieval/segments/segment-index.ts'
import { DEFAULT_SPLITTING } from '../../services/knowledge/splitting/split-settings.ts'
import { silentLogger } from '../../shared/logging/logger.ts'
import { openLocalObjectStore } from '../../shared/objects/local-object-store.ts'
import { seededRandom } from '../../shared/testing/seeded-random.ts'
import { temporaryDatabase } from '../../shared/testing/temporary-database.ts'
import { quantile } from './latency-figures.ts'

const BASE = 'bench'
const WORDS_OF_CHUNK = 12
const INSERTED_AT_ONCE = 5_000
/** Candidates of a search that wants ten hits. */
const LIMIT = 60
const QUERIES = 40

const [documentsWanted = '100000', databaseUrl] = process.argv.slice(2)
if (databaseUrl) process.env.TEST_POSTGRES_URL = databaseUrl
const documents = Number(documentsWanted)

const words = [...new Set(readFileSync(resolve(import.meta.dir, '../../ARCHITECTURE.md'), 'utf8').match(/[a-z]{4,}/g))]
const random = seededRandom(9)
/** Low ranks are frequent, as in texts. */
const anyWord = () => words[Math.floor(random() ** 3 * words.length)] ?? ''

await using postgres = await temporaryDatabase({ poolSize: 4 })
const { database } = postgres
const directory = await mkdtemp(join(tmpdir(), 'orrery-filters-'))
await using _cleanup = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
const index = createSegmentIndex({ database, store: await openLocalObjectStore(directory), logger: silentLogger })
const base = { id: BASE, appId: 'a', name: 'b', description: '', splitting: DEFAULT_SPLITTING }
await createBaseRepository(database).insert(base)
for (let from = 0; from < documents; from += INSERTED_AT_ONCE) {
  const texts = Array.from({ length: Math.min(INSERTED_AT_ONCE, documents - from) }, () =>
    Array.from({ length: WORDS_OF_CHUNK }, anyWord).join(' '),
  )
  await database.execute(sql`
    with made as (
      select ordinality + ${from}::int as n, text from jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb) with ordinality as t(text)
    ), documents as (
      insert into knowledge_documents (id, app_id, base_id, name, media_type, state, metadata)
      select 'd' || n, 'a', ${BASE}, 'n', 'text/plain', 'ready',
        jsonb_build_object('rank', n % 1000, 'kind', 'k' || n % 2, 'author', 'Somebody No. ' || n % 97, 'pages', n % 40) from made
    )
    insert into knowledge_chunks (id, base_id, document_id, key, position, content, seq)
    select n, ${BASE}, 'd' || n, '0', 0, text, 0 from made`)
}
await database.execute(sql`analyze`)
await index.rebuild(BASE)

const below = (to: number): MetadataFilter => ({ field: 'rank', from: 0, to: to - 1 })
const FILTERS: [passing: string, filter: MetadataFilter][] = [
  ['all', { field: 'rank', exists: true }],
  ['90 %', below(900)],
  ['half, by an equal value', { field: 'kind', equals: 'k1' }],
  ['half', below(500)],
  ['10 %', below(100)],
  ['3 %', below(30)],
  ['1 %', below(10)],
  ['0.1 %, by an equal value', { field: 'rank', equals: 7 }],
]

const filters = createDocumentFilterRepository(database)
const search = (text: string) => (how: NarrowedAsk) => index.search({ baseIds: [BASE], text, ...how })

console.log(`${documents} documents, ${QUERIES} queries, ${LIMIT} candidates; p50 (p95) in ms\n`)
console.log('| documents that pass | told to the index | narrowed | |\n|---|---|---|---|')
for (const [passing, metadata] of FILTERS) {
  const times = { told: [] as number[], narrowed: [] as number[] }
  for (let query = 0; query < QUERIES + 5; query++) {
    const ask = search(`${anyWord()} ${anyWord()} ${anyWord()}`)
    const startedMs = performance.now()
    const documentNumbers = await filters.numbersOf([BASE], { metadata })
    const told = await ask({ limit: LIMIT, documentNumbers })
    const betweenMs = performance.now()
    const narrowing = await narrowSearch(filters, { baseIds: [BASE], filter: { metadata } })
    const narrowed = await narrowing.search(ask, LIMIT)
    const endedMs = performance.now()
    if (!Bun.deepEquals(told, narrowed)) throw new Error(`other hits where ${passing} pass`)
    if (query < 5) continue
    times.told.push(betweenMs - startedMs)
    times.narrowed.push(endedMs - betweenMs)
  }
  const show = (of: number[]) => `${quantile(of, 0.5).toFixed(1)} (${quantile(of, 0.95).toFixed(1)})`
  const ratio = quantile(times.told, 0.5) / quantile(times.narrowed, 0.5)
  console.log(`| ${passing} | ${show(times.told)} | ${show(times.narrowed)} | ${ratio.toFixed(1)} times |`)
}
if (process.env.BENCH_EXPLAIN) {
  const filter = sql`base_id = ${BASE} and enabled and case jsonb_typeof(metadata -> 'rank') when 'number' then (metadata -> 'rank')::numeric <= 899 else false end`
  for (const plan of [
    sql`explain (analyze, buffers) select string_agg(int8send(number), ''::bytea) from knowledge_documents where ${filter}`,
    sql`explain (analyze, buffers) select number from knowledge_documents where ${filter} limit 1001`,
  ]) {
    for (const row of (await database.execute(plan)) as unknown as Record<string, string>[])
      console.log(row['QUERY PLAN'])
  }
}
