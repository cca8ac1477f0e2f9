import { Elysia } from 'elysia'
import type { ConsoleDependencies } from '../dependencies.ts'

/** `/openapi.json`: one document over all services, for Swagger and for generators of clients. */
export const openapiRoutes = ({ apiDocument }: Pick<ConsoleDependencies, 'apiDocument'>) =>
  new Elysia({ tags: ['pages'] }).get('/openapi.json', async () => Response.json(await apiDocument()), {
    detail: {
      summary: 'This document',
      description:
        'A service that could not be asked is named in `x-orrery-unavailable`; the others are described all the same.',
      responses: {
        200: { description: 'OpenAPI 3.0', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
  })
