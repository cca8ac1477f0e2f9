import { Elysia, t } from 'elysia'
import { STARTER_APP_ID } from '../apps/starter-app.ts'
import type { TenantDependencies } from '../dependencies.ts'

/** `GET /ping`: the original's sign of life, without an envelope. Ours looks at the database, too. */
export const pingRoutes = ({ apps, logger }: Pick<TenantDependencies, 'apps' | 'logger'>) =>
  new Elysia({ tags: ['apps (wire)'] }).get(
    '/ping',
    async ({ status }) => {
      try {
        await apps.find(STARTER_APP_ID)
        return { message: 'pong' }
      } catch (error) {
        logger.warn({ err: error }, 'the database does not answer a ping')
        return status(503, { message: 'the database does not answer' })
      }
    },
    {
      response: {
        200: t.Object({ message: t.String({ examples: ['pong'] }) }),
        503: t.Object({ message: t.String({ examples: ['the database does not answer'] }) }),
      },
      detail: { summary: 'Do the tenant service and its database live?', security: [] },
    },
  )
