import { and, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import {
  type IndexEngine,
  knowledgeBases,
  knowledgeSegments,
  knowledgeTombstones,
  type SegmentRow,
} from '../../tables.ts'
import { createIndexedLanguageRepository } from '../languages/indexed-language-repository.ts'
import type { StemmingLanguage } from '../languages/stemming-language.ts'
import { askSequences } from '../last-commits-repository.ts'
import type { CorpusLengths } from './build-segment.ts'
import { DEAD_SHARE_MAX, TIER_SEGMENTS_MAX } from './merge-policy.ts'
import type { StoredSegment } from './store-segment.ts'
import { FIELDS } from './text-features.ts'

export type ManifestRow = Pick<SegmentRow, 'hash' | 'chunkCount'>

/** What one base's search stands on, as of one moment. */
export interface ManifestSnapshot {
  seq: number
  /** By whose endings the words in the segments are found. */
  language: StemmingLanguage
  /** Model that made the vectors in the segments; null: they hold none that counts. */
  vectorModel: string | null
  /** The engine that holds the index; if it is another one, segments are none. */
  indexedBy: IndexEngine
  segments: ManifestRow[]
  /** Dead chunks recorded after the asked-for `seq`. */
  dead: number[]
}

/** The manifest of the `segments` index: which files count, and which of their chunks do not any more. */
export const createSegmentRepository = (database: Database) => ({
  /** The last commit of each base that exists. */
  sequences: askSequences(database),

  /** One statement, hence one snapshot: files and tombstones that were committed together are seen together. */
  async snapshot(baseId: string, deadAfterSeq: number): Promise<ManifestSnapshot | undefined> {
    const [row] = await database
      .select({
        seq: knowledgeBases.seq,
        language: knowledgeBases.indexedLanguage,
        vectorModel: knowledgeBases.vectorModel,
        indexedBy: knowledgeBases.indexedBy,
        segments: sql<
          ManifestRow[]
        >`coalesce((select json_agg(json_build_object('hash', s.hash, 'chunkCount', s.chunk_count) order by s.seq, s.hash)
          from knowledge_segments s where s.base_id = ${knowledgeBases.id}), '[]'::json)`,
        dead: sql<number[]>`coalesce((select json_agg(t.chunk_id) from knowledge_tombstones t
          where t.base_id = ${knowledgeBases.id} and t.seq > ${deadAfterSeq}), '[]'::json)`,
      })
      .from(knowledgeBases)
      .where(eq(knowledgeBases.id, baseId))
    return row
  },

  async corpusLengths(baseId: string): Promise<Required<CorpusLengths>> {
    const [language, rows] = await Promise.all([
      createIndexedLanguageRepository(database).find(baseId),
      database
        .select({ chunks: knowledgeSegments.chunkCount, lengths: knowledgeSegments.lengths })
        .from(knowledgeSegments)
        .where(eq(knowledgeSegments.baseId, baseId)),
    ])
    return {
      language,
      chunks: rows.reduce((sum, row) => sum + row.chunks, 0),
      lengths: FIELDS.map((_, field) => rows.reduce((sum, row) => sum + (row.lengths[field] ?? 0), 0)),
    }
  },

  async insert(baseId: string, seq: number, segment: StoredSegment): Promise<void> {
    await database.insert(knowledgeSegments).values({ baseId, seq, ...segment })
  },

  /** Puts fresh segments in the place of old ones. Throws ManifestChangedError when an old one is not there any more. */
  async replace(change: { baseId: string; seq: number; old: readonly string[]; fresh: readonly StoredSegment[] }) {
    if (change.old.length > 0) {
      const gone = await database
        .delete(knowledgeSegments)
        .where(and(eq(knowledgeSegments.baseId, change.baseId), inArray(knowledgeSegments.hash, [...change.old])))
        .returning({ hash: knowledgeSegments.hash })
      if (gone.length !== change.old.length) throw new ManifestChangedError()
    }
    for (const segment of change.fresh) await this.insert(change.baseId, change.seq, segment)
  },

  /** Puts fresh segments in the place of all that are there. */
  async replaceAll(change: { baseId: string; seq: number; fresh: readonly StoredSegment[] }): Promise<void> {
    await this.forgetBase(change.baseId)
    await this.replace({ ...change, old: [] })
  },

  async bury(baseId: string, seq: number, chunkIds: readonly number[]): Promise<void> {
    if (chunkIds.length === 0) return
    await database.execute(
      sql`insert into knowledge_tombstones (base_id, chunk_id, seq)
        select ${baseId}, unnest(${sql.param(`{${chunkIds.join(',')}}`)}::bigint[]), ${seq}::bigint on conflict do nothing`,
    )
  },

  /** Forgets tombstones of chunks that no file holds any more: these, or all up to a commit. */
  async forget(baseId: string, dead: { chunkIds: readonly number[] } | { seqMax: number }): Promise<void> {
    const which =
      'seqMax' in dead
        ? lte(knowledgeTombstones.seq, dead.seqMax)
        : sql`${knowledgeTombstones.chunkId} = any(${sql.param(`{${dead.chunkIds.join(',')}}`)}::bigint[])`
    await database.delete(knowledgeTombstones).where(and(eq(knowledgeTombstones.baseId, baseId), which))
  },

  /** Forgets all files of a base. */
  async forgetBase(baseId: string): Promise<void> {
    await database.delete(knowledgeSegments).where(eq(knowledgeSegments.baseId, baseId))
  },

  /** Bases in which the merge policy may find something to do. */
  async worthMerging(): Promise<string[]> {
    const rows = await database.execute<{ id: string }>(sql`
      select s.base_id as id from knowledge_segments s group by s.base_id
      having count(*) >= ${TIER_SEGMENTS_MAX}::int
        or (select count(*) from knowledge_tombstones t where t.base_id = s.base_id) > ${DEAD_SHARE_MAX}::float8 * sum(s.chunk_count)`)
    return (rows as unknown as { id: string }[]).map((row) => row.id)
  },

  /** Of these files, the ones that no base names. */
  async unnamed(hashes: readonly string[]): Promise<string[]> {
    const rows = await database
      .select({ hash: knowledgeSegments.hash })
      .from(knowledgeSegments)
      .where(inArray(knowledgeSegments.hash, [...hashes]))
    const named = new Set(rows.map((row) => row.hash))
    return hashes.filter((hash) => !named.has(hash))
  },
})

/** Somebody else replaced segments meanwhile; the transaction has to be called off. */
export class ManifestChangedError extends Error {}

export type SegmentRepository = ReturnType<typeof createSegmentRepository>
