import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '#shared/postgres/connect.ts'
import { settingsOf } from '../bases/settings-of.ts'
import { knowledgeBases } from '../tables.ts'
import type { StemmingLanguage } from './languages/stemming-language.ts'
import type { PlannedBase } from './retrieval-plan-policy.ts'

/** What a search has to know of a base. */
export interface SearchedBase extends PlannedBase {
  keepsQueries: boolean
  /** By whose endings its words are found now. */
  language: StemmingLanguage
}

export const createSearchedBaseRepository = (database: Database) => ({
  /** Those of these bases that the app may see, by id. @param appId undefined is root acting for none: every base */
  async find(appId: string | undefined, baseIds: readonly string[]): Promise<SearchedBase[]> {
    if (baseIds.length === 0) return []
    const rows = await database
      .select({
        id: knowledgeBases.id,
        engine: knowledgeBases.indexedBy,
        vectorModel: knowledgeBases.vectorModel,
        retrieval: knowledgeBases.retrieval,
        keepsQueries: knowledgeBases.keepsQueries,
        language: knowledgeBases.indexedLanguage,
      })
      .from(knowledgeBases)
      .where(
        and(
          inArray(knowledgeBases.id, [...new Set(baseIds)]),
          appId === undefined ? undefined : eq(knowledgeBases.appId, appId),
        ),
      )
      .orderBy(knowledgeBases.id)
    return rows.map(({ retrieval, ...base }) => ({ ...base, settings: settingsOf({ retrieval }) }))
  },
})
