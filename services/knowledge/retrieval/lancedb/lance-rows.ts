import type { IndexedChunk } from '../knowledge-index.ts'
import { loadLanguage } from '../languages/language-rules.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import { FIELDS } from '../segments/text-features.ts'
import { type ChunkTerms, encodeTerms } from './chunk-terms.ts'
import type { ArrowModule, LanceConnection, LanceModule, LanceTable } from './lance-module.ts'

/** Rows that count from the beginning, because they were there before their table did. */
export const SETTLED_BATCH = 0

/** The text features are the tokens, so LanceDB is to change nothing in them. */
const TOKENS_AS_THEY_ARE = {
  baseTokenizer: 'whitespace',
  lowercase: false,
  stem: false,
  removeStopWords: false,
  asciiFolding: false,
  maxTokenLength: 64,
  withPosition: false,
}
/** Splitting text costs most of the time; after this long the event loop gets its turn. */
const TURN_MS_MAX = 10

/** One row a chunk: `id`, `document`, `batch`, a column of tokens for each field, `terms` (see chunk-terms.ts), and `vector` where the table has any. */
const rowSchema = (arrow: ArrowModule, dimensions: number) => {
  const field = (name: string, type: unknown, nullable = false) => new arrow.Field(name, type, nullable)
  return new arrow.Schema([
    field('id', new arrow.Int64()),
    field('document', new arrow.Int64()),
    field('batch', new arrow.Int64()),
    ...FIELDS.map((name) => field(name, new arrow.Utf8())),
    field('terms', new arrow.Binary()),
    ...(dimensions > 0 ? [field('vector', vectorType(arrow, dimensions), true)] : []),
  ])
}

const vectorType = (arrow: ArrowModule, dimensions: number) =>
  new arrow.FixedSizeList(dimensions, new arrow.Field('item', new arrow.Float32(), true))

/** Makes an empty table with its full-text indexes: what is added later is found at once, and indexed by maintenance. */
export const createRowTable = async (
  { lance, arrow }: LanceModule,
  connection: LanceConnection,
  { name, dimensions }: { name: string; dimensions: number },
): Promise<LanceTable> => {
  const table = await connection.createEmptyTable(name, rowSchema(arrow, dimensions))
  for (const field of FIELDS) await table.createIndex(field, { config: lance.Index.fts(TOKENS_AS_THEY_ARE) })
  return table
}

export interface NewRows {
  chunks: readonly IndexedChunk[]
  batch: number
  /** By whose endings their words are found. */
  language: StemmingLanguage
  /** Of the table that they go to. */
  dimensions: number
}

/** Chunks as an Arrow table that LanceDB adds. */
export const rowsOf = async (
  arrow: ArrowModule,
  { chunks, batch, language, dimensions }: NewRows,
  signal?: AbortSignal,
): Promise<unknown> => {
  const schema = rowSchema(arrow, dimensions)
  const rules = await loadLanguage(language)
  const encoded: ChunkTerms[] = []
  let turnEnds = performance.now() + TURN_MS_MAX
  for (const { text } of chunks) {
    encoded.push(encodeTerms(text, rules))
    if (performance.now() < turnEnds) continue
    await new Promise<void>((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    turnEnds = performance.now() + TURN_MS_MAX
  }
  const whole = (values: number[]) =>
    arrow.makeData({ type: new arrow.Int64(), data: BigInt64Array.from(values, BigInt) })
  const values = (type: unknown, list: unknown[]) => arrow.vectorFromArray(list, type).data[0]
  const children = [
    whole(chunks.map(({ id }) => id)),
    whole(chunks.map(({ documentNumber }) => documentNumber)),
    whole(chunks.map(() => batch)),
    ...FIELDS.map((_, field) =>
      values(
        new arrow.Utf8(),
        encoded.map(({ words }) => words[field] ?? ''),
      ),
    ),
    values(
      new arrow.Binary(),
      encoded.map(({ numbers }) => numbers),
    ),
    ...(dimensions > 0 ? [vectorData(arrow, chunks, dimensions)] : []),
  ]
  const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length: chunks.length, nullCount: 0, children })
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, data)])
}

/** Throws RangeError for a vector of another length. */
const vectorData = (arrow: ArrowModule, chunks: readonly IndexedChunk[], dimensions: number): unknown => {
  const numbers = new Float32Array(chunks.length * dimensions)
  const present = new Uint8Array(Math.ceil(chunks.length / 8))
  let nullCount = 0
  for (const [row, { vector }] of chunks.entries()) {
    if (!vector) {
      nullCount += 1
      continue
    }
    if (vector.length !== dimensions) {
      throw new RangeError(`A vector of ${vector.length} numbers does not fit among vectors of ${dimensions}.`)
    }
    numbers.set(vector, row * dimensions)
    present[row >> 3] = (present[row >> 3] as number) | (1 << (row & 7))
  }
  const child = arrow.makeData({ type: new arrow.Float32(), data: numbers, length: numbers.length, nullCount: 0 })
  return arrow.makeData({
    type: vectorType(arrow, dimensions),
    length: chunks.length,
    nullCount,
    nullBitmap: present,
    child,
  })
}
