import { t } from 'elysia'
import { Email, Password, PersonName, Token } from '../invitations/invitation-schemas.ts'
import { RoleName } from '../members/member-schemas.ts'
import type { UserRow } from '../tables.ts'

export const User = t.Object({
  id: t.String({ examples: ['0199f0a2-7c1e-7000-8000-5d9b5e0f3a11'] }),
  email: t.String({ examples: ['ada@example.org'] }),
  name: t.String({ examples: ['Ada'] }),
  administrator: t.Boolean({ description: 'May do what the root key may.' }),
  disabled: t.Boolean({ description: 'Cannot sign in.' }),
  hasPassword: t.Boolean({ description: 'False for somebody who signs in by the identity provider alone.' }),
  createdAt: t.String({ format: 'date-time' }),
})
export type User = typeof User.static

export const UserPage = t.Object({
  users: t.Array(User),
  nextAfterEmail: t.Nullable(t.String(), { description: 'Pass it as `afterEmail`; null on the last page.' }),
})

const LIMIT_MAX = 200
export const UserQuery = t.Object({
  afterEmail: t.Optional(t.String({ maxLength: 254, description: 'The `nextAfterEmail` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 50 }),
})

export const UserParams = t.Object({ userId: t.String({ minLength: 1, maxLength: 64 }) })

export const ChangeUser = t.Partial(t.Object({ name: PersonName, administrator: t.Boolean(), disabled: t.Boolean() }), {
  minProperties: 1,
})

export const CreateUser = t.Object({ email: Email, name: PersonName, administrator: t.Optional(t.Boolean()) })

export const ResetLink = t.Object({
  link: t.String({
    description: 'Path of the page where a password is chosen, with the secret. Shown this once; works for a day.',
    examples: ['/sign-in#reset=pW3…'],
  }),
})
export const NewUserAnswer = t.Composite([User, ResetLink])

export const ResetPassword = t.Object({ token: Token, password: Password })

export const ChangePassword = t.Object({
  current: t.String({ maxLength: 1_024, default: '', description: 'Empty for somebody without a password.' }),
  password: Password,
})

/** Who calls, whatever the call came with. */
export const Me = t.Object({
  kind: t.Union([t.Literal('user'), t.Literal('root'), t.Literal('app')]),
  appId: t.Nullable(t.String(), { description: 'Of an app that came with its own key.' }),
  user: t.Nullable(User),
  spaces: t.Array(t.Object({ id: t.String(), name: t.String(), role: RoleName })),
})

/** Row to response: never the hash of the password. */
export const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  administrator: row.administrator,
  disabled: row.disabled,
  hasPassword: row.passwordHash !== null,
  createdAt: row.createdAt.toISOString(),
})
