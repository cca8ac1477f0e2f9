import { Elysia, t } from 'elysia'
import { noteForAudit } from '#shared/audit/audit-note.ts'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { LinkUnusableError, PersonRequiredError } from '../people-errors.ts'
import { browserOf } from '../sessions/browser.ts'
import { hashToken } from '../sessions/session-token.ts'
import { startSession } from '../sessions/start-session.ts'
import { toUser, User } from '../users/user-schemas.ts'
import { acceptAsNewUser, acceptAsUser } from './accept-invitation.ts'
import { AcceptInvitation, OpenInvitation, Token } from './invitation-schemas.ts'

/** `/api/accept-invitation`: needs the link, and nothing else. The secret is in bodies alone: addresses end up in logs and histories. */
export const acceptRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/accept-invitation', tags: ['sign-in'] })
    .post(
      '/look',
      async ({ body }) => {
        const found = await dependencies.invitations.findOpen(hashToken(body.token))
        if (!found) throw new LinkUnusableError()
        const { invitation, space } = found
        return {
          space: space.name,
          role: invitation.role,
          email: invitation.email,
          expiresAt: invitation.expiresAt.toISOString(),
        }
      },
      {
        body: t.Object({ token: Token }),
        response: { 200: OpenInvitation },
        detail: { summary: 'What an invitation is for' },
      },
    )
    .post(
      '',
      async ({ body, request, set }) => {
        const found = await dependencies.invitations.findOpen(hashToken(body.token))
        if (!found) throw new LinkUnusableError()
        noteForAudit(request, { spaceId: found.space.id })
        const browser = browserOf(request.headers, dependencies.browserSettings)
        if (body.account) {
          const user = await acceptAsNewUser(dependencies, { token: body.token, ...body.account })
          set.headers['set-cookie'] = await startSession(dependencies, user, browser)
          noteForAudit(request, { actor: 'user', actorId: user.id })
          return toUser(user)
        }
        const { userId } = readCaller(request.headers)
        const user = userId === undefined ? undefined : await dependencies.users.find(userId)
        if (!user) throw new PersonRequiredError()
        await acceptAsUser(dependencies, { token: body.token, user })
        return toUser(user)
      },
      {
        body: AcceptInvitation,
        response: { 200: User },
        detail: { summary: 'Accept an invitation, with a new account or the one that is signed in' },
      },
    )
