import { Elysia, t } from 'elysia'
import type { Database } from '#shared/postgres/connect.ts'
import type { BaseRepository } from '../bases/base-repository.ts'
import { BaseId, toPage } from '../bases/base-schemas.ts'
import { scopeOf } from '../bases/caller-scope.ts'
import { BaseNotFoundError } from '../errors.ts'
import { QueryNotFoundError } from './query-errors.ts'
import { createQueryRepository } from './query-repository.ts'
import { QueryListQuery, QueryPage, toQuery } from './query-schemas.ts'

const params = t.Object({ baseId: BaseId })

/** The questions that were asked of a base. */
export const queryRoutes = ({ database, bases }: { database: Database; bases: BaseRepository }) => {
  const queries = createQueryRepository(database)
  const scopeIn = async (request: Request, baseId: string) => {
    const appId = scopeOf(request.headers)
    if (!(await bases.find(appId, baseId))) throw new BaseNotFoundError(baseId)
    return { appId, baseId }
  }
  return new Elysia({ prefix: '/api/bases/:baseId/queries', tags: ['knowledge'] })
    .get(
      '',
      async ({ params: { baseId }, query, request }) => {
        const page = toPage(await queries.list(await scopeIn(request, baseId), query), query.limit)
        return { queries: page.rows.map(toQuery), nextBeforeId: page.nextBeforeId }
      },
      {
        params,
        query: QueryListQuery,
        response: { 200: QueryPage },
        detail: {
          summary: 'List the questions that were asked of a base',
          description:
            'Newest first, from the last days. A base keeps them unless its `keepsQueries` is false; they are stored about a second after they were asked. An app sees its own.',
        },
      },
    )
    .delete(
      '',
      async ({ params: { baseId }, request }) => ({ deleted: await queries.delete(await scopeIn(request, baseId)) }),
      {
        params,
        response: { 200: t.Object({ deleted: t.Integer() }, { examples: [{ deleted: 12 }] }) },
        detail: { summary: 'Delete all questions that were asked of a base' },
      },
    )
    .delete(
      '/:queryId',
      async ({ params: { baseId, queryId }, request, status }) => {
        if ((await queries.delete(await scopeIn(request, baseId), queryId)) === 0) throw new QueryNotFoundError(queryId)
        return status(204, undefined)
      },
      {
        params: t.Object({ baseId: BaseId, queryId: t.String({ maxLength: 100 }) }),
        response: { 204: t.Undefined() },
        detail: { summary: 'Delete a question' },
      },
    )
}
