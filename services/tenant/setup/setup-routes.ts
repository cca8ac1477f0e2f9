import { Elysia, t } from 'elysia'
import { noteForAudit } from '#shared/audit/audit-note.ts'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { Email, Password, PersonName } from '../invitations/invitation-schemas.ts'
import { SetupClosedError, SetupCodeWrongError } from '../people-errors.ts'
import { countAttempt, settleAttempt } from '../sessions/attempt-limits.ts'
import { browserOf } from '../sessions/browser.ts'
import { startSession } from '../sessions/start-session.ts'
import { toUser, User } from '../users/user-schemas.ts'
import { createFirstAdministrator } from './create-first-administrator.ts'

/** `/api/setup`: makes the first administrator, while there is none, for whoever has the setup code or the root key. */
export const setupRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/setup', tags: ['sign-in'] }).post(
    '',
    async ({ body, request, set }) => {
      const { users, attempts, setupCode } = dependencies
      if (await users.hasAdministrator()) throw new SetupClosedError()
      const browser = browserOf(request.headers, dependencies.browserSettings)
      if (readCaller(request.headers).role !== 'root') {
        const attempt = { account: 'setup-code', address: browser.address }
        await countAttempt(attempts, attempt)
        if (!setupCode.matches(body.code ?? '')) throw new SetupCodeWrongError()
        await settleAttempt(attempts, attempt)
      }
      const user = await createFirstAdministrator(dependencies, body)
      setupCode.remove()
      noteForAudit(request, { actor: 'user', actorId: user.id })
      set.status = 201
      set.headers['set-cookie'] = await startSession(dependencies, user, browser)
      return toUser(user)
    },
    {
      body: t.Object({
        code: t.Optional(
          t.String({
            maxLength: 64,
            description:
              'Printed at the start, and in the file `setup-code` of the data directory. Not needed with the root key.',
            examples: ['7QK2M-9XBTC-4HWPD-R3VFN'],
          }),
        ),
        email: Email,
        name: PersonName,
        password: Password,
      }),
      response: { 201: User },
      detail: { summary: 'Make the first administrator' },
    },
  )
