import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { AdministratorRequiredError, EmailTakenError, UserNotFoundError } from '../people-errors.ts'
import { createResetToken } from './change-password.ts'
import { changeUser, deleteUser } from './change-user.ts'
import { normaliseEmail } from './email-address.ts'
import {
  ChangeUser,
  CreateUser,
  NewUserAnswer,
  ResetLink,
  toUser,
  User,
  UserPage,
  UserParams,
  UserQuery,
} from './user-schemas.ts'

const requireAdministrator = (request: Request): void => {
  if (readCaller(request.headers).role !== 'root') throw new AdministratorRequiredError()
}

const linkOf = (token: string): string => `/sign-in#reset=${token}`

/** `/api/users`: everybody who has an account. For administrators and the root key. */
export const userRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/users', tags: ['users'] })
    .get(
      '',
      async ({ query, request }) => {
        requireAdministrator(request)
        const rows = await dependencies.users.list({ ...query, limit: query.limit + 1 })
        const page = rows.slice(0, query.limit)
        const last = rows.length > query.limit ? page.at(-1) : undefined
        return { users: page.map(toUser), nextAfterEmail: last?.email ?? null }
      },
      { query: UserQuery, response: { 200: UserPage }, detail: { summary: 'Everybody who has an account' } },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        requireAdministrator(request)
        const row = { email: normaliseEmail(body.email), name: body.name.trim() }
        const user = await dependencies.users.insert({ ...row, administrator: body.administrator ?? false })
        if (!user) throw new EmailTakenError()
        return status(201, { ...toUser(user), link: linkOf(await createResetToken(dependencies, user.id)) })
      },
      {
        body: CreateUser,
        response: { 201: NewUserAnswer },
        detail: { summary: 'Make an account; its owner chooses a password by the link' },
      },
    )
    .get(
      '/:userId',
      async ({ params, request }) => {
        requireAdministrator(request)
        const user = await dependencies.users.find(params.userId)
        if (!user) throw new UserNotFoundError(params.userId)
        return toUser(user)
      },
      { params: UserParams, response: { 200: User }, detail: { summary: 'One user' } },
    )
    .patch(
      '/:userId',
      async ({ params, body, request }) => {
        requireAdministrator(request)
        return toUser(await changeUser(dependencies, params.userId, body))
      },
      {
        params: UserParams,
        body: ChangeUser,
        response: { 200: User },
        detail: { summary: 'Rename, disable or enable somebody, or make them an administrator' },
      },
    )
    .delete(
      '/:userId',
      async ({ params, request, set }) => {
        requireAdministrator(request)
        await deleteUser(dependencies, params.userId)
        set.status = 204
      },
      {
        params: UserParams,
        detail: { summary: 'Delete an account', responses: { 204: { description: 'Deleted' } } },
      },
    )
    .post(
      '/:userId/reset-link',
      async ({ params, request, status }) => {
        requireAdministrator(request)
        return status(201, { link: linkOf(await createResetToken(dependencies, params.userId)) })
      },
      {
        params: UserParams,
        response: { 201: ResetLink },
        detail: { summary: 'A link by which somebody chooses a new password' },
      },
    )
