import { eq, type SQL, sql } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { knowledgeBases } from '../../tables.ts'
import { DEFAULT_STEMMING, STEMMING_LANGUAGES, type StemmingLanguage } from './stemming-language.ts'

/** By whose endings the indexes of bases find words. */
export const createIndexedLanguageRepository = (database: Database) => ({
  /** Now; the default one for a base that is gone. */
  async find(baseId: string): Promise<StemmingLanguage> {
    const [row] = await database
      .select({ language: knowledgeBases.indexedLanguage })
      .from(knowledgeBases)
      .where(eq(knowledgeBases.id, baseId))
    return row?.language ?? DEFAULT_STEMMING
  },
})

const tag = sql`lower(split_part(${knowledgeBases.language}, '-', 1))`
const known = sql.join(
  STEMMING_LANGUAGES.map((language) => sql`${language}`),
  sql`, `,
)

/** What the setting `language` of a base asks for: `stemmingOf` in SQL. */
export const wantedLanguage: SQL<StemmingLanguage> = sql<StemmingLanguage>`case when ${tag} in (${known}) then ${tag} else ${DEFAULT_STEMMING} end`
