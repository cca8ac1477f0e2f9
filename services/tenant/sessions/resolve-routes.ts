import { Elysia, t } from 'elysia'
import type { TenantDependencies } from '../dependencies.ts'
import { resolveSession } from './resolve-session.ts'

/** What the gateway asks about a session cookie. Reached over unix sockets alone, so it is in no public document. */
export const resolveRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/internal/tenant/sessions' }).post(
    '/resolve',
    async ({ body }) => {
      const answer = await resolveSession(dependencies, { token: body.token, appId: body.appId })
      return answer.valid ? { ...answer, actions: [...answer.actions] } : answer
    },
    {
      body: t.Object({ token: t.String({ maxLength: 256 }), appId: t.Optional(t.String({ maxLength: 256 })) }),
      response: {
        200: t.Union([
          t.Object({ valid: t.Literal(false) }),
          t.Object({
            valid: t.Literal(true),
            userId: t.String(),
            administrator: t.Boolean(),
            actions: t.Array(t.String()),
          }),
        ]),
      },
      detail: { hide: true },
    },
  )
