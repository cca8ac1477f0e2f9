import { Elysia, t } from 'elysia'
import { type Caller, readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { PersonName } from '../invitations/invitation-schemas.ts'
import { PersonRequiredError } from '../people-errors.ts'
import { browserOf } from '../sessions/browser.ts'
import { startSession } from '../sessions/start-session.ts'
import type { UserRow } from '../tables.ts'
import { changeOwnPassword } from './change-password.ts'
import { ChangePassword, Me, toUser, User } from './user-schemas.ts'

/** Nobody is in more spaces that matter to a menu. */
const SPACES_MAX = 200

/** The user of a request. @throws PersonRequiredError for one that came with a key */
export const requirePerson = async (
  { users }: Pick<TenantDependencies, 'users'>,
  { userId }: Caller,
): Promise<UserRow> => {
  const user = userId === undefined ? undefined : await users.find(userId)
  if (!user) throw new PersonRequiredError()
  return user
}

/** `/api/me`: who calls, and what they change of themselves. */
export const meRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/me', tags: ['users'] })
    .get(
      '',
      async ({ request }) => {
        const caller = readCaller(request.headers)
        if (caller.userId === undefined) {
          return {
            kind: caller.role,
            appId: caller.role === 'app' ? (caller.appId ?? null) : null,
            user: null,
            spaces: [],
          }
        }
        const user = await requirePerson(dependencies, caller)
        const spaces = await dependencies.spaces.listOf(user.id, { limit: SPACES_MAX })
        return {
          kind: 'user' as const,
          appId: null,
          user: toUser(user),
          spaces: spaces.map(({ space, role }) => ({ id: space.id, name: space.name, role })),
        }
      },
      { response: { 200: Me }, detail: { summary: 'Who you are, and your spaces' } },
    )
    .patch(
      '',
      async ({ body, request }) => {
        const user = await requirePerson(dependencies, readCaller(request.headers))
        return toUser((await dependencies.users.update(user.id, { name: body.name.trim() })) ?? user)
      },
      { body: t.Object({ name: PersonName }), response: { 200: User }, detail: { summary: 'Change your name' } },
    )
    .put(
      '/password',
      async ({ body, request, set }) => {
        const user = await requirePerson(dependencies, readCaller(request.headers))
        const browser = browserOf(request.headers, dependencies.browserSettings)
        await changeOwnPassword(dependencies, user, { ...body, address: browser.address })
        set.headers['set-cookie'] = await startSession(dependencies, user, browser)
        set.status = 204
      },
      {
        body: ChangePassword,
        detail: {
          summary: 'Change your password; every other session of yours ends',
          responses: { 204: { description: 'Changed' } },
        },
      },
    )
