import { Elysia } from 'elysia'
import { noteForAudit } from '#shared/audit/audit-note.ts'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { resetPassword } from '../users/change-password.ts'
import { normaliseEmail } from '../users/email-address.ts'
import { ResetPassword, toUser, User } from '../users/user-schemas.ts'
import { browserOf } from './browser.ts'
import { SignIn, SignInOptions } from './session-schemas.ts'
import { checkPassword } from './sign-in.ts'
import { startSession } from './start-session.ts'

/** `/api/sign-in` and `/api/reset-password`: the way in, for which nobody has credentials yet. */
export const signInRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api', tags: ['sign-in'] })
    .get(
      '/sign-in',
      async ({ request }) => {
        const { userId } = readCaller(request.headers)
        const user = userId === undefined ? undefined : await dependencies.users.find(userId)
        return {
          setup: !(await dependencies.users.hasAdministrator()),
          oidc: dependencies.oidc ? { name: dependencies.oidc.name } : null,
          user: user ? toUser(user) : null,
        }
      },
      { response: { 200: SignInOptions }, detail: { summary: 'How one signs in here, and whether one is' } },
    )
    .post(
      '/sign-in',
      async ({ body, request, set }) => {
        const browser = browserOf(request.headers, dependencies.browserSettings)
        noteForAudit(request, { actorId: normaliseEmail(body.email) }) // whom somebody tried to be
        const user = await checkPassword(dependencies, { ...body, address: browser.address })
        set.headers['set-cookie'] = await startSession(dependencies, user, browser)
        noteForAudit(request, { actor: 'user', actorId: user.id })
        return toUser(user)
      },
      { body: SignIn, response: { 200: User }, detail: { summary: 'Sign in; the session is in a cookie' } },
    )
    .post(
      '/reset-password',
      async ({ body, request, set }) => {
        const user = await resetPassword(dependencies, body)
        noteForAudit(request, { actor: 'user', actorId: user.id })
        const browser = browserOf(request.headers, dependencies.browserSettings)
        if (!user.disabled) set.headers['set-cookie'] = await startSession(dependencies, user, browser)
        return toUser(user)
      },
      {
        body: ResetPassword,
        response: { 200: User },
        detail: { summary: 'Choose a new password by a link of an administrator' },
      },
    )
