import { Elysia, t } from 'elysia'
import { BaseId } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { type AnswerQuestionDependencies, answerQuestion } from './answer-question.ts'
import { Configurations, configurationsOf } from './configuration-schemas.ts'
import { createQuestionVectors } from './question-vectors.ts'
import { SearchBody, toFilter } from './search-request-schemas.ts'
import { Answered, toAnswered } from './search-schemas.ts'

const LIMIT_DEFAULT = 10

const { query, limit, filter } = SearchBody.properties

const HitTestBody = t.Object(
  { query, limit, filter, configurations: t.Optional(Configurations) },
  {
    examples: [
      {
        query: 'How do I back up my data?',
        limit: 5,
        configurations: { current: {}, 'words only': { mode: 'lexical' } },
      },
    ],
  },
)

const HitTestResult = t.Object(
  { query: t.String(), results: t.Array(t.Composite([t.Object({ name: t.String() }), Answered])) },
  {
    examples: [
      {
        query: 'How do I back up my data?',
        results: [
          {
            name: 'words only',
            count: 0,
            hits: [],
            warnings: [],
            tookMs: 1.2,
            times: { filterMs: 0, lexicalMs: 0.6, embeddingMs: 0, vectorMs: 0, rerankMs: 0 },
          },
        ],
      },
    ],
  },
)

/** One question, asked in several ways, with everything that is known of each hit. */
export const hitTestRoutes = (dependencies: AnswerQuestionDependencies) =>
  new Elysia({ tags: ['knowledge'] }).post(
    '/api/bases/:baseId/hit-test',
    async ({ params: { baseId }, body, request }) => {
      const appId = scopeOf(request.headers)
      const { signal } = request
      const question = { appId, text: body.query, signal }
      const vectors = createQuestionVectors(dependencies, question)
      const asked = {
        ...question,
        baseIds: [baseId],
        needsAllBases: true,
        limit: body.limit ?? LIMIT_DEFAULT,
        filter: toFilter(body),
        source: 'hit-test' as const,
        vectors,
      }
      const results: (typeof HitTestResult.static)['results'] = []
      // One after the other: side by side, each would be slowed down by the rest.
      for (const [name, overrides] of configurationsOf(body.configurations)) {
        const answer = await answerQuestion(dependencies, { ...asked, overrides })
        results.push({ name, ...toAnswered(answer, { highlight: body.query }) })
      }
      return { query: body.query, results }
    },
    {
      params: t.Object({ baseId: BaseId }),
      body: HitTestBody,
      response: { 200: HitTestResult },
      detail: {
        summary: 'Ask a base one question in several ways',
        description:
          'Shows what settings would do before a base gets them. Kept in the history of questions as `hit-test`, once for each configuration.',
      },
    },
  )
