import { Elysia, t } from 'elysia'
import { BaseId } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { type AnswerQuestionDependencies, answerQuestion } from './answer-question.ts'
import { createHitRepository } from './hit-repository.ts'
import {
  type SearchBody,
  SearchBody as SearchBodySchema,
  SearchManyBody,
  SearchQuery,
  toFilter,
} from './search-request-schemas.ts'
import { SearchResult, toAnswered } from './search-schemas.ts'

const LIMIT_DEFAULT = 5

export const searchRoutes = (dependencies: AnswerQuestionDependencies) => {
  const answer = async (request: Request, baseIds: string[], search: SearchBody) => {
    const appId = scopeOf(request.headers)
    const { query, mode, fusion, weights, rerankModel, scoreMin } = search
    const found = await answerQuestion(dependencies, {
      appId,
      baseIds,
      needsAllBases: true,
      text: query,
      limit: search.limit ?? LIMIT_DEFAULT,
      filter: toFilter(search),
      overrides: { mode, fusion, weights, rerankModel, scoreMin },
      source: 'api',
      signal: request.signal,
    })
    const neighbours =
      search.neighbours === undefined
        ? undefined
        : await createHitRepository(dependencies.database).neighboursOf(
            found.hits.map(({ chunkId }) => chunkId),
            search.neighbours,
          )
    return { query, ...toAnswered(found, { highlight: search.highlights ? query : undefined, neighbours }) }
  }
  const params = t.Object({ baseId: BaseId })
  const response = { 200: SearchResult }
  return new Elysia({ tags: ['knowledge'] })
    .get('/api/bases/:baseId/search', ({ params: { baseId }, query, request }) => answer(request, [baseId], query), {
      params,
      query: SearchQuery,
      response,
      detail: { summary: 'Search a knowledge base' },
    })
    .post('/api/bases/:baseId/search', ({ params: { baseId }, body, request }) => answer(request, [baseId], body), {
      params,
      body: SearchBodySchema,
      response,
      detail: {
        summary: 'Search a knowledge base, with filters',
        description:
          'What the request leaves out is as the base says. When a model that the search would use cannot be asked, the question is answered without it and `warnings` says so; only `mode: vector` is refused then.',
      },
    })
    .post('/api/search', ({ body, request }) => answer(request, body.baseIds, body), {
      body: SearchManyBody,
      response,
      detail: {
        summary: 'Search several knowledge bases at once',
        description: 'Each base is searched as it says, or as the request says; the hits of all come in one order.',
      },
    })
}
