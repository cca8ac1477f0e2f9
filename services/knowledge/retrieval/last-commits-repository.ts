import { sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type IndexEngine, knowledgeBases } from '../tables.ts'

/** Where the index of a base is, as of its last commit. */
export interface Placement {
  baseId: string
  seq: number
  indexedBy: IndexEngine
}

/**
 * Asks for the last commits of those of some bases that exist. Every search does, so the statement is prepared once for any number of bases: building it
 * anew costs more than PostgreSQL takes to answer.
 */
export const askLastCommits = (database: Database) => {
  const prepare = () =>
    database
      .select({ baseId: knowledgeBases.id, seq: knowledgeBases.seq, indexedBy: knowledgeBases.indexedBy })
      .from(knowledgeBases)
      .where(
        sql`${knowledgeBases.id} = any(array(select jsonb_array_elements_text(${sql.placeholder('baseIds')}::jsonb)))`,
      )
      .prepare('knowledge_last_commits')
  let statement: ReturnType<typeof prepare> | undefined
  return async (baseIds: readonly string[]): Promise<Placement[]> => {
    statement ??= prepare()
    return statement.execute({ baseIds: JSON.stringify(baseIds) })
  }
}

/** The same as the number of each base's last commit, by base id. */
export const askSequences = (database: Database) => {
  const ask = askLastCommits(database)
  return async (baseIds: readonly string[]): Promise<Map<string, number>> =>
    new Map((await ask(baseIds)).map(({ baseId, seq }) => [baseId, seq]))
}
