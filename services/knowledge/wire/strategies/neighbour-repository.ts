import { sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'

export interface Neighbour {
  content: string
  references: Record<string, unknown>
}

export interface Neighbours {
  before?: Neighbour
  after?: Neighbour
}

type NeighbourRow = { id: string; side: 'before' | 'after' } & Neighbour

/** What stands right before and after these chunks in their documents, by chunk id. Disabled chunks are passed over. */
export const neighboursOf = async (
  database: Database,
  chunkIds: readonly number[],
): Promise<ReadonlyMap<number, Neighbours>> => {
  const found = new Map<number, Neighbours>()
  if (chunkIds.length === 0) return found
  const rows = (await database.execute(sql`
    select chunk.id, near.side, near.content, near."references"
    from knowledge_chunks chunk cross join lateral (
      (select 'before' as side, other.content, other."references" from knowledge_chunks other
        where other.document_id = chunk.document_id and other.enabled
          and (other.position, other.id) < (chunk.position, chunk.id)
        order by other.position desc, other.id desc limit 1)
      union all
      (select 'after' as side, other.content, other."references" from knowledge_chunks other
        where other.document_id = chunk.document_id and other.enabled
          and (other.position, other.id) > (chunk.position, chunk.id)
        order by other.position, other.id limit 1)
    ) near
    where chunk.id = any(${sql.param(`{${chunkIds.join(',')}}`)}::bigint[])`)) as unknown as NeighbourRow[]
  for (const { id, side, content, references } of rows) {
    found.set(Number(id), { ...found.get(Number(id)), [side]: { content, references } })
  }
  return found
}
