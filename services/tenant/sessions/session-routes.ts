import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { SessionNotFoundError } from '../people-errors.ts'
import { requirePerson } from '../users/me-routes.ts'
import { browserOf, sessionCookie } from './browser.ts'
import { SessionList, toSession } from './session-schemas.ts'
import { hashToken } from './session-token.ts'
import { idleSince } from './start-session.ts'

const SESSIONS_MAX = 200

/** `/api/sessions`: where somebody is signed in. Ending the current one is signing out. */
export const sessionRoutes = (dependencies: TenantDependencies) => {
  const { sessions, browserSettings, sessionTimes } = dependencies
  const currentHash = (headers: Headers) => hashToken(browserOf(headers, browserSettings).token ?? '')
  const forget = (headers: Headers) => sessionCookie(browserOf(headers, browserSettings), '', 0)

  return new Elysia({ prefix: '/api/sessions', tags: ['users'] })
    .get(
      '',
      async ({ request }) => {
        const user = await requirePerson(dependencies, readCaller(request.headers))
        const rows = await sessions.list(user.id, idleSince(sessionTimes), SESSIONS_MAX)
        return { sessions: rows.map((row) => toSession(row, currentHash(request.headers))) }
      },
      { response: { 200: SessionList }, detail: { summary: 'Where you are signed in' } },
    )
    .delete(
      '',
      async ({ request, set }) => {
        const user = await requirePerson(dependencies, readCaller(request.headers))
        await sessions.endAll(user.id, currentHash(request.headers))
        set.status = 204
      },
      { detail: { summary: 'End every session but this one', responses: { 204: { description: 'Ended' } } } },
    )
    .delete(
      '/current',
      async ({ request, set }) => {
        await requirePerson(dependencies, readCaller(request.headers))
        await sessions.endByToken(currentHash(request.headers))
        set.headers['set-cookie'] = forget(request.headers)
        set.status = 204
      },
      { detail: { summary: 'Sign out', responses: { 204: { description: 'Signed out' } } } },
    )
    .delete(
      '/:id',
      async ({ params, request, set }) => {
        const user = await requirePerson(dependencies, readCaller(request.headers))
        if (!(await sessions.end(user.id, params.id))) throw new SessionNotFoundError()
        set.status = 204
      },
      {
        params: t.Object({ id: t.String({ minLength: 1, maxLength: 64 }) }),
        detail: { summary: 'End one of your sessions', responses: { 204: { description: 'Ended' } } },
      },
    )
}
