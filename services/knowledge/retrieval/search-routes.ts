import { Elysia, t } from 'elysia'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { BaseNotFoundError } from '../errors.ts'
import { type SearchBasesDependencies, searchBases } from './search-bases.ts'
import { SearchBody, SearchQuery, SearchResult, toHit } from './search-schemas.ts'

const LIMIT_DEFAULT = 5

export const searchRoutes = (dependencies: SearchBasesDependencies & { bases: BaseRepository }) => {
  const answer = async (request: Request, baseId: string, search: typeof SearchBody.static) => {
    const startedMs = performance.now()
    const appId = scopeOf(request.headers)
    if (!(await dependencies.bases.find(appId, baseId))) throw new BaseNotFoundError(baseId)
    const hits = await searchBases(dependencies, {
      appId,
      baseIds: [baseId],
      text: search.query,
      limit: search.limit ?? LIMIT_DEFAULT,
      documentIds: search.documentIds,
      scoreMin: search.scoreMin,
      source: 'api',
      signal: request.signal,
    })
    const tookMs = Math.round((performance.now() - startedMs) * 100) / 100
    return { query: search.query, count: hits.length, hits: hits.map(toHit), tookMs }
  }
  const params = t.Object({ baseId: BaseId })
  const response = { 200: SearchResult }
  return new Elysia({ prefix: '/api/bases/:baseId/search', tags: ['knowledge'] })
    .get('', ({ params: { baseId }, query, request }) => answer(request, baseId, query), {
      params,
      query: SearchQuery,
      response,
      detail: { summary: 'Search a knowledge base' },
    })
    .post('', ({ params: { baseId }, body, request }) => answer(request, baseId, body), {
      params,
      body: SearchBody,
      response,
      detail: { summary: 'Search a knowledge base, with filters' },
    })
}
