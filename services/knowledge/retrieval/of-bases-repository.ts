import { type SQL, sql } from 'drizzle-orm'
import { knowledgeBases } from '../tables.ts'

/**
 * Where-clause of a statement that is prepared once for any number of bases, since every search asks it: building it anew costs more than PostgreSQL
 * takes to answer. Its placeholder `baseIds` takes what `basesParameter` makes.
 */
export const ofBases = (): SQL =>
  sql`${knowledgeBases.id} = any(array(select jsonb_array_elements_text(${sql.placeholder('baseIds')}::jsonb)))`

export const basesParameter = (baseIds: readonly string[]): string => JSON.stringify(baseIds)
