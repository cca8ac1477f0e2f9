import { expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { seededRandom } from '#shared/testing/seeded-random.ts'
import { temporaryDatabase } from '#shared/testing/temporary-database.ts'
import { createBaseRepository } from '../../bases/base-repository.ts'
import { DEFAULT_SPLITTING } from '../../splitting/split-settings.ts'
import { installedLancedb } from '../../test/installed-lancedb.ts'
import type { PreparedIndex } from '../knowledge-index.ts'
import { DEFAULT_STEMMING } from '../languages/stemming-language.ts'
import { addRows, newTableName } from './add-batch.ts'
import { createLanceIndex } from './lance-index.ts'
import type { LanceConnection } from './lance-module.ts'
import { createLanceRepository } from './lance-repository.ts'
import { createRowTable, SETTLED_BATCH } from './lance-rows.ts'
import { maintainTables, sweepTables } from './maintain-tables.ts'

/** Installing LanceDB takes a slow mirror a minute. */
const TEST_MS_MAX = 180_000
const DIMENSIONS = 32
const BASE = 'base'
const never = new AbortController().signal

/** A base of the engine with vectors, and the index over it whose tables are looked after at every call. */
const createPlace = async (vectorIndexRowsMin: number) => {
  const postgres = await temporaryDatabase()
  const { database, client } = postgres
  const { find } = await installedLancedb()
  const folder = await mkdtemp(join(tmpdir(), 'orrery-lancedb-'))
  const bases = createBaseRepository(database)
  const retrieval = { embeddingModel: 'm' }
  await bases.insert({
    ...{ id: BASE, appId: 'a', name: 'b', description: '', splitting: DEFAULT_SPLITTING },
    ...{ engine: 'lancedb' as const, retrieval },
  })
  const parts = { database, folder, find, logger: silentLogger, vectorIndexRowsMin, tableRestSeconds: 0 }
  const index = createLanceIndex(parts)
  const module = await find()
  const connection = await module.lance.connect(folder)

  const commit = (change: (commit: { transaction: typeof database; baseId: string; seq: number }) => Promise<void>) =>
    database.transaction(async (transaction) => {
      const seq = (await createBaseRepository(transaction).advance(BASE)) ?? 0
      await change({ transaction, baseId: BASE, seq })
    })
  const prepare = (chunks: readonly { id: number; vector: Float32Array }[]): Promise<PreparedIndex> =>
    index.prepare(
      BASE,
      chunks.map(({ id, vector }) => ({ id, documentNumber: id % 10, text: `chunk ${id}`, vector })),
    )
  return {
    ...{ client, database, module, connection, index, commit, prepare },
    parts: { ...parts, module, connection },
    tableName: async () => (await createLanceRepository(database).findLive(BASE, DIMENSIONS)) ?? '',
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Vectors of length 1 in clusters, as texts on some subjects have them. */
const createVectors = (seed: number) => {
  const random = seededRandom(seed)
  const any = () => Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5)
  const unit = (vector: Float32Array) => {
    const length = Math.hypot(...vector)
    return vector.map((number) => number / length)
  }
  const centres = Array.from({ length: 40 }, any)
  return () => {
    const centre = centres[Math.floor(random() * centres.length)] as Float32Array
    const noise = any()
    return unit(centre.map((number, at) => number + 0.6 * (noise[at] as number)))
  }
}

const cosine = (one: Float32Array, other: Float32Array) =>
  one.reduce((sum, number, at) => sum + number * (other[at] as number), 0)

const ROWS = 3_000
const QUERIES = 30
const LIMIT = 10

test(
  'a table that has an index of its vectors still finds what is near, with a filter exactly, what came later, and nothing that is dead',
  async () => {
    await using place = await createPlace(ROWS)
    const { index, commit, prepare, connection } = place
    const vector = createVectors(7)
    const chunks = Array.from({ length: ROWS }, (_, at) => ({ id: at + 1, vector: vector() }))
    const prepared = await prepare(chunks)
    await commit((each) => prepared.publish(each))
    await index.maintain(never)

    const table = await connection.openTable(await place.tableName())
    expect((await table.listIndices()).flatMap(({ columns }) => columns)).toContain('vector')
    expect((await table.indexStats('vector_idx'))?.numIndexedRows).toBe(ROWS)

    const late = Array.from({ length: 50 }, (_, at) => ({ id: ROWS + at + 1, vector: vector() }))
    const preparedLate = await prepare(late)
    await commit((each) => preparedLate.publish(each))
    const dead = new Set(chunks.filter((_, at) => at % 7 === 0).map(({ id }) => id))
    await commit((each) => index.retract(each, [...dead]))

    const alive = [...chunks, ...late].filter(({ id }) => !dead.has(id))
    const nearest = (asked: Float32Array, from: typeof alive) =>
      from
        .map((chunk) => ({ id: chunk.id, score: cosine(chunk.vector, asked) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, LIMIT)
    const documentNumbers = new Set([1, 2, 3])
    const ofThese = alive.filter(({ id }) => documentNumbers.has(id % 10))
    const recalls: number[] = []
    const check = async () => {
      for (let round = 0; round < QUERIES; round++) {
        const asked = vector()
        const hits = await index.searchVectors({ baseIds: [BASE], vector: asked, limit: LIMIT })
        const wanted = new Set(nearest(asked, alive).map(({ id }) => id))
        recalls.push(hits.filter(({ chunkId }) => wanted.has(chunkId)).length / LIMIT)
        expect(hits.filter(({ chunkId }) => dead.has(chunkId))).toEqual([])
        const filtered = await index.searchVectors({ baseIds: [BASE], vector: asked, limit: LIMIT, documentNumbers })
        expect(filtered.map(({ chunkId }) => chunkId)).toEqual(nearest(asked, ofThese).map(({ id }) => id))
      }
    }
    await check()
    // Candidates are compared exactly, so a vector that stands in the index is its own neighbour with its own cosine.
    const [itself] = late
    if (!itself) throw new Error('there is none')
    const found = await index.searchVectors({ baseIds: [BASE], vector: itself.vector, limit: 1 })
    expect(found[0]?.chunkId).toBe(itself.id)
    expect(found[0]?.score).toBeCloseTo(1, 4)

    // Dead rows are deleted and late ones indexed now.
    await index.maintain(never)
    const maintained = await connection.openTable(await place.tableName())
    expect(await maintained.countRows()).toBe(alive.length)
    expect((await maintained.indexStats('vector_idx'))?.numUnindexedRows).toBe(0)
    await check()
    expect(recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length).toBeGreaterThan(0.9)
  },
  TEST_MS_MAX,
)

test(
  'a sweep removes what never came to count and what no base names, and nothing that may still be wanted',
  async () => {
    await using place = await createPlace(1_000_000)
    const { client, database, index, commit, prepare, connection, module, parts } = place
    const vector = createVectors(3)
    const some = (from: number) => Array.from({ length: 5 }, (_, at) => ({ id: from + at, vector: vector() }))
    const kept = await prepare(some(1))
    await commit((each) => kept.publish(each))
    const young = await prepare(some(11))
    const old = await prepare(some(21))
    await client`update knowledge_lance_batches set created_at = now() - interval '2 hours' where id = 21`
    const rowsOfBatch = async (batch: number) => {
      const table = await connection.openTable(await place.tableName())
      return table.countRows(`batch = ${batch}`)
    }

    const longAgo = (age: string) =>
      newTableName()
        .replace(/\d+/, String(Date.now() - 2 * 3_600_000))
        .concat(age)
    const unnamed = longAgo('a')
    const building = longAgo('b')
    const given = longAgo('c')
    const fresh = newTableName()
    for (const name of [unnamed, building, given, fresh, 'somebody_elses']) {
      await createRowTable(module, connection, { name, dimensions: DIMENSIONS })
    }
    const manifest = createLanceRepository(database)
    for (const name of [building, given]) {
      await manifest.addTable({ name, baseId: BASE, dimensions: DIMENSIONS, state: 'building' })
    }
    await client`update knowledge_lance_tables set maintained_at = now() - interval '1 hour' where name = ${given}`

    expect(await rowsOfBatch(21)).toBe(5)
    await sweepTables(parts, never)
    expect(await rowsOfBatch(21)).toBe(0)
    expect(await rowsOfBatch(11)).toBe(5)
    expect((await connection.tableNames()).sort()).toEqual(
      [await place.tableName(), building, fresh, 'somebody_elses'].sort(),
    )

    // Whoever slept so long may not make it count any more; the others may.
    expect(commit((each) => old.publish(each))).rejects.toMatchObject({ name: 'IndexMovedError' })
    await commit((each) => young.publish(each))
    const hits = await index.search({ baseIds: [BASE], text: 'chunk', limit: 100 })
    expect(hits.map(({ chunkId }) => chunkId).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 11, 12, 13, 14, 15])

    // What was given up a day ago is forgotten, and its rows, if it woke and added some, are gone.
    await client`update knowledge_lance_batches set created_at = now() - interval '2 days'`
    await sweepTables(parts, never)
    const left = await client`select id from knowledge_lance_batches`
    expect(left.length).toBe(0)
    expect(await index.search({ baseIds: [BASE], text: 'chunk', limit: 100 })).toHaveLength(10)
  },
  TEST_MS_MAX,
)

const MEANWHILE: Record<string, (place: Awaited<ReturnType<typeof createPlace>>) => Promise<void>> = {
  async 'a chunk is added and removed'({ prepare, commit, index }) {
    const added = await prepare([{ id: 2, vector: createVectors(2)() }])
    await commit((each) => added.publish(each))
    await commit((each) => index.retract(each, [2]))
  },
  async 'its place is taken by another one with a row of a chunk that is gone'({ database, module, connection }) {
    const name = newTableName()
    const manifest = createLanceRepository(database)
    await manifest.addTable({ name, baseId: BASE, dimensions: DIMENSIONS, state: 'building' })
    const table = await createRowTable(module, connection, { name, dimensions: DIMENSIONS })
    const chunks = [1, 3].map((id) => ({ id, documentNumber: 1, text: `chunk ${id}`, vector: createVectors(id)() }))
    await addRows(module, { table, chunks, batch: SETTLED_BATCH, language: DEFAULT_STEMMING, dimensions: DIMENSIONS })
    await manifest.makeLive(BASE, name)
  },
}

test.each(Object.entries(MEANWHILE))(
  'what is dead stays so when %s while a table is looked after',
  async (_what, meanwhile) => {
    await using place = await createPlace(1_000_000)
    const { index, commit, prepare, connection, parts } = place
    const vector = createVectors(5)
    const prepared = await prepare([1, 3].map((id) => ({ id, vector: vector() })))
    await commit((each) => prepared.publish(each))
    await commit((each) => index.retract(each, [1]))
    const openTable = async (name: string) => {
      const table = await connection.openTable(name)
      await meanwhile(place)
      return table
    }
    const slow = { ...parts, connection: { ...bound(connection), openTable } }
    await maintainTables(slow, never)
    await maintainTables(parts, never)
    const hits = await index.search({ baseIds: [BASE], text: 'chunk', limit: 10 })
    expect(hits.map(({ chunkId }) => chunkId)).toEqual([3])
  },
  TEST_MS_MAX,
)

const bound = (connection: LanceConnection): LanceConnection => ({
  openTable: (name) => connection.openTable(name),
  createEmptyTable: (name, schema) => connection.createEmptyTable(name, schema),
  dropTable: (name) => connection.dropTable(name),
  tableNames: (options) => connection.tableNames(options),
})
