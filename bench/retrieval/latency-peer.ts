import type { LanceModule, LanceTable } from '../../services/knowledge/retrieval/lancedb/lance-module.ts'
import { textFeatures } from '../../services/knowledge/retrieval/segments/text-features.ts'
import { type BenchChunk, type BenchQuery, DIMENSIONS } from './latency-corpus.ts'

/** Of reciprocal rank fusion; see fuse-candidates.ts. */
const RANK_OFFSET = 60

/**
 * LanceDB by itself, without any of our engine: words in a full-text index (our stemmed words, so that it has to do the least), vectors in an IVF_PQ
 * index with the candidates compared exactly, as its documentation recommends at this size.
 */
export const createLancePeer = async (module: LanceModule, folder: string) => {
  const { lance, arrow } = module
  const connection = await lance.connect(folder)
  const schema = new arrow.Schema([
    new arrow.Field('id', new arrow.Int64(), false),
    new arrow.Field('document', new arrow.Int64(), false),
    new arrow.Field('words', new arrow.Utf8(), false),
    new arrow.Field(
      'vector',
      new arrow.FixedSizeList(DIMENSIONS, new arrow.Field('item', new arrow.Float32(), true)),
      false,
    ),
  ])
  let table: LanceTable = await connection.createEmptyTable('chunks', schema)

  const words = (query: BenchQuery, limit: number, documents?: readonly number[]) => {
    const asked = [...new Set(textFeatures(query.text).words)].join(' ')
    const search = table
      .query()
      .fullTextSearch(new lance.MatchQuery(asked, 'words'))
      .select(['id', '_score'])
      .limit(limit)
    return ids(documents ? search.where(`document IN (${documents.join(',')})`) : search)
  }
  const meaning = (query: BenchQuery, limit: number, documents?: readonly number[]) => {
    const search = table
      .vectorSearch(query.vector)
      .distanceType('cosine')
      .nprobes(20)
      .refineFactor(10)
      .select(['id', '_distance'])
      .limit(limit)
    return ids(documents ? search.where(`document IN (${documents.join(',')})`) : search)
  }

  return {
    async add(chunks: readonly BenchChunk[]): Promise<void> {
      await table.add(
        chunks.map(({ id, documentNumber, text, vector }) => ({
          id: BigInt(id),
          document: BigInt(documentNumber),
          words: textFeatures(text).words.join(' '),
          vector,
        })),
      )
    },
    async index(): Promise<void> {
      await table.createIndex('words', {
        config: lance.Index.fts({
          baseTokenizer: 'whitespace',
          lowercase: false,
          stem: false,
          removeStopWords: false,
          asciiFolding: false,
          withPosition: false,
        }),
      })
      await table.createIndex('document', { config: lance.Index.btree() })
      await table.createIndex('vector', {
        config: lance.Index.ivfPq({ distanceType: 'cosine', numPartitions: 316, numSubVectors: DIMENSIONS / 8 }),
      })
      await table.optimize({ cleanupOlderThan: new Date() })
      table.close()
      table = await connection.openTable('chunks')
    },
    words,
    meaning,
    async hybrid(query: BenchQuery, limit: number, documents?: readonly number[]): Promise<number[]> {
      const lists = await Promise.all([words(query, 60, documents), meaning(query, 60, documents)])
      const scores = new Map<number, number>()
      for (const list of lists) {
        for (const [rank, id] of list.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (RANK_OFFSET + rank + 1))
      }
      return [...scores]
        .sort(([, a], [, b]) => b - a)
        .slice(0, limit)
        .map(([id]) => id)
    },
  }
}

const ids = async (query: { toArrow(): ReturnType<ReturnType<LanceTable['query']>['toArrow']> }): Promise<number[]> => {
  const rows = await query.toArrow()
  const column = rows.getChild('id')
  return Array.from({ length: rows.numRows }, (_, row) => Number(column?.get(row)))
}
