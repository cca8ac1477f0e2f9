import { and, eq, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { type IndexEngine, knowledgeBases } from '../tables.ts'
import { wantedLanguage } from './languages/indexed-language-repository.ts'
import type { StemmingLanguage } from './languages/stemming-language.ts'
import { askLastCommits } from './last-commits-repository.ts'

/** Who holds an index, and by whose endings it finds words. */
export interface IndexForm {
  engine: IndexEngine
  language: StemmingLanguage
}

/** A base whose index is to be moved or to be made by another language. */
export interface PlannedMove {
  baseId: string
  from: IndexForm
  to: IndexForm
}

const leaseEnd = (leaseMs: number) => sql`now() + make_interval(secs => ${leaseMs / 1000}::float8)`

const isElsewhere = or(
  ne(knowledgeBases.engine, knowledgeBases.indexedBy),
  sql`${knowledgeBases.indexedLanguage} <> ${wantedLanguage}`,
)

/** Which engine holds the index of a base, and which one is to. */
export const createEnginePlacementRepository = (database: Database) => ({
  /** Of those bases that exist. */
  find: askLastCommits(database),

  /** Takes a base that is to be moved and that nobody moves. */
  async claimMove(leaseMs: number): Promise<PlannedMove | undefined> {
    const free = or(isNull(knowledgeBases.moveLeasedUntil), lt(knowledgeBases.moveLeasedUntil, sql`now()`))
    const next = database
      .select({ id: knowledgeBases.id })
      .from(knowledgeBases)
      .where(and(isElsewhere, free))
      .limit(1)
      .for('update')
    const [row] = await database
      .update(knowledgeBases)
      .set({ moveLeasedUntil: leaseEnd(leaseMs) })
      .where(inArray(knowledgeBases.id, next))
      .returning({
        baseId: knowledgeBases.id,
        indexedBy: knowledgeBases.indexedBy,
        indexedLanguage: knowledgeBases.indexedLanguage,
        engine: knowledgeBases.engine,
        language: wantedLanguage,
      })
    if (!row) return undefined
    const { baseId, indexedBy, indexedLanguage, engine, language } = row
    return { baseId, from: { engine: indexedBy, language: indexedLanguage }, to: { engine, language } }
  },

  async renewLease(baseId: string, leaseMs: number): Promise<void> {
    await database
      .update(knowledgeBases)
      .set({ moveLeasedUntil: leaseEnd(leaseMs) })
      .where(eq(knowledgeBases.id, baseId))
  },

  /** Makes another index answer. False when the base is not where it was, or is not to be moved there any more. */
  async settle({ baseId, from, to }: PlannedMove): Promise<boolean> {
    const rows = await database
      .update(knowledgeBases)
      .set({ indexedBy: to.engine, indexedLanguage: to.language, moveLeasedUntil: null })
      .where(
        and(
          eq(knowledgeBases.id, baseId),
          eq(knowledgeBases.indexedBy, from.engine),
          eq(knowledgeBases.indexedLanguage, from.language),
          eq(knowledgeBases.engine, to.engine),
          sql`${wantedLanguage} = ${to.language}`,
        ),
      )
      .returning({ id: knowledgeBases.id })
    return rows.length > 0
  },
})
