import { and, arrayContains, arrayOverlaps, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeBases, knowledgeChunks, knowledgeDocuments, knowledgeFolders } from '../tables.ts'
import type { DocumentFilter, MetadataFilter, MetadataValue } from './document-filter.ts'

/** Values of a list that are looked up one by one; for more, going through the documents is faster. */
const LOOKED_UP_MAX = 20
/** Width of a document's number as the query sends it. */
const NUMBER_BYTES = 8

export const createDocumentFilterRepository = (database: Database) => ({
  /** Numbers of the enabled documents of these bases that the filter lets through. */
  async numbersOf(baseIds: readonly string[], filter: DocumentFilter): Promise<Set<number>> {
    if (baseIds.length === 0) return new Set()
    // One value instead of a row for each document: a filter may let a hundred thousand through.
    const [row] = await database
      .select({ numbers: sql<Uint8Array | null>`string_agg(int8send(${knowledgeDocuments.number}), ''::bytea)` })
      .from(knowledgeDocuments)
      .where(and(...passes(baseIds, filter)))
    return readNumbers(row?.numbers ?? new Uint8Array())
  },

  /**
   * The same where they are few; `numbers` is undefined where they are more than `max`. `isRanked`: a search of these bases without a filter ranks all that it finds, so
   * that what passes is a part of its list; false where it looks at the likely ones only.
   */
  async fewNumbersOf(
    baseIds: readonly string[],
    filter: DocumentFilter,
    max: number,
  ): Promise<{ numbers: Set<number> | undefined; isRanked: boolean }> {
    if (baseIds.length === 0) return { numbers: new Set(), isRanked: true }
    const some = database
      .select({ number: knowledgeDocuments.number })
      .from(knowledgeDocuments)
      .where(and(...passes(baseIds, filter)))
      .limit(max + 1)
      .as('some')
    const [row] = await database
      .select({
        numbers: sql<Uint8Array | null>`(select string_agg(int8send(number), ''::bytea) from ${some})`,
        isRanked: sql<boolean>`not exists (select from ${knowledgeBases}
        where ${inArray(knowledgeBases.id, [...baseIds])} and ${knowledgeBases.indexedBy} <> 'segments')`,
      })
      .from(sql`(values (1)) as once`)
    const numbers = readNumbers(row?.numbers ?? new Uint8Array())
    return { numbers: numbers.size > max ? undefined : numbers, isRanked: row?.isRanked ?? false }
  },

  /** Those of these chunks whose document is enabled and passes. */
  async passingChunks(
    chunkIds: readonly number[],
    baseIds: readonly string[],
    filter: DocumentFilter,
  ): Promise<Set<number>> {
    if (chunkIds.length === 0 || baseIds.length === 0) return new Set()
    // As a value and not as a condition: PostgreSQL might else look for all documents that pass before it looks for these chunks.
    const rows = await database
      .select({ id: knowledgeChunks.id, passes: sql<boolean>`coalesce(${and(...passes(baseIds, filter))}, false)` })
      .from(knowledgeChunks)
      .innerJoin(knowledgeDocuments, eq(knowledgeDocuments.id, knowledgeChunks.documentId))
      .where(sql`${knowledgeChunks.id} = any(${sql.param(`{${chunkIds.join(',')}}`)}::bigint[])`)
    return new Set(rows.filter((row) => row.passes).map(({ id }) => id))
  },
})

export type DocumentFilterRepository = ReturnType<typeof createDocumentFilterRepository>

const passes = (baseIds: readonly string[], filter: DocumentFilter): SQL[] => [
  inArray(knowledgeDocuments.baseId, [...baseIds]),
  eq(knowledgeDocuments.enabled, true),
  ...documentConditions(filter, baseIds),
]

const readNumbers = (bytes: Uint8Array): Set<number> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const numbers = new Set<number>()
  for (let at = 0; at < bytes.byteLength; at += NUMBER_BYTES) numbers.add(Number(view.getBigInt64(at)))
  return numbers
}

/** What the parts of a filter mean for rows of documents. */
export const documentConditions = (filter: DocumentFilter, baseIds: readonly string[]): SQL[] => {
  const { documentIds, folderIds, tagsAny, tagsAll, metadata } = filter
  return [
    documentIds && inArray(knowledgeDocuments.id, documentIds),
    folderIds && inArray(knowledgeDocuments.folderId, foldersBelow(folderIds, baseIds)),
    tagsAny && arrayOverlaps(knowledgeDocuments.tags, tagsAny),
    tagsAll && arrayContains(knowledgeDocuments.tags, tagsAll),
    metadata && toSql(metadata),
  ].filter((condition) => condition !== undefined)
}

const foldersBelow = (folderIds: readonly string[], baseIds: readonly string[]): SQL => sql`(
  with recursive below(id) as (
    select ${knowledgeFolders.id} from ${knowledgeFolders}
    where ${inArray(knowledgeFolders.id, [...folderIds])} and ${inArray(knowledgeFolders.baseId, [...baseIds])}
    union
    select ${knowledgeFolders.id} from ${knowledgeFolders} join below on ${knowledgeFolders.parentId} = below.id
  ) select id from below)`

/** True or false, never unknown: `not` has to turn "has no such field" into true. */
const toSql = (filter: MetadataFilter): SQL => {
  if ('and' in filter) return sql`(${sql.join(filter.and.map(toSql), sql` and `)})`
  if ('or' in filter) return sql`(${sql.join(filter.or.map(toSql), sql` or `)})`
  if ('not' in filter) return sql`(not ${toSql(filter.not)})`
  const value = sql`${knowledgeDocuments.metadata} -> ${filter.field}::text`
  if ('exists' in filter) {
    const has = sql`(${knowledgeDocuments.metadata} ? ${filter.field}::text)`
    return filter.exists ? has : sql`(not ${has})`
  }
  if ('equals' in filter) return holds({ [filter.field]: filter.equals })
  if ('contains' in filter) return holds({ [filter.field]: [filter.contains] })
  if ('in' in filter && filter.in.length <= LOOKED_UP_MAX) {
    return sql`(${sql.join(
      filter.in.map((each) => holds({ [filter.field]: each })),
      sql` or `,
    )})`
  }
  if ('in' in filter) return sql`coalesce(${value} in (${sql.join(filter.in.map(toJson), sql`, `)}), false)`
  return sql`(${atEnd(filter.field, '>=', filter.from)} and ${atEnd(filter.field, '<=', filter.to)})`
}

/** The cast stands behind the look at the type, since PostgreSQL chooses the order of conditions but not of cases. */
const atEnd = (field: string, operator: '>=' | '<=', end: number | string | undefined): SQL => {
  if (end === undefined) return sql`true`
  const value = sql`${knowledgeDocuments.metadata} -> ${field}::text`
  return typeof end === 'number'
    ? sql`case jsonb_typeof(${value}) when 'number' then (${value})::numeric ${sql.raw(operator)} ${String(end)}::numeric else false end`
    : sql`case jsonb_typeof(${value}) when 'string' then (${knowledgeDocuments.metadata} ->> ${field}::text) collate "C" ${sql.raw(operator)} ${end}::text collate "C" else false end`
}

/** Containment, which has an index: a field that is a value, or a list with this text. A list with the value is not contained as the value itself. */
const holds = (part: Record<string, MetadataValue | string[]>): SQL =>
  sql`${knowledgeDocuments.metadata} @> ${toJson(part)}`

const toJson = (value: MetadataValue | object): SQL => sql`${JSON.stringify(value)}::text::jsonb`
