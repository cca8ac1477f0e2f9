import { t } from 'elysia'
import { RoleName, SpaceParams } from '../members/member-schemas.ts'
import type { InvitationRow } from '../tables.ts'
import { EMAIL_PATTERN } from '../users/email-address.ts'
import { PASSWORD_LENGTH_MAX } from '../users/password-policy.ts'

const HOURS_MAX = 720

export const Token = t.String({ minLength: 20, maxLength: 128, description: 'The part of the link after the #.' })
export const Email = t.String({ pattern: EMAIL_PATTERN, maxLength: 254, examples: ['ada@example.org'] })
export const PersonName = t.String({ minLength: 1, maxLength: 128, pattern: '\\S', examples: ['Ada'] })
export const Password = t.String({
  maxLength: PASSWORD_LENGTH_MAX * 4,
  description: 'At least 12 characters.',
  examples: ['orbits of seven worlds'],
})

export const Invitation = t.Object({
  id: t.String({ examples: ['0199f0a2-7c1e-7000-8000-5d9b5e0f3a11'] }),
  role: RoleName,
  email: t.Nullable(t.String(), { description: 'Whom alone it is for; null for anybody who has the link.' }),
  createdBy: t.String({ description: 'A user id, or `root`.' }),
  createdAt: t.String({ format: 'date-time' }),
  expiresAt: t.String({ format: 'date-time' }),
})
export type Invitation = typeof Invitation.static

export const NewInvitation = t.Composite([
  Invitation,
  t.Object({
    link: t.String({
      description: 'Path of the page where it is accepted, with the secret. Shown this once.',
      examples: ['/accept-invitation#pW3…'],
    }),
  }),
])

export const InvitationPage = t.Object({
  invitations: t.Array(Invitation),
  nextBeforeId: t.Nullable(t.String(), { description: 'Pass it as `beforeId`; null on the last page.' }),
})

export const CreateInvitation = t.Object({
  role: RoleName,
  email: t.Optional(Email),
  hours: t.Integer({ minimum: 1, maximum: HOURS_MAX, default: 168, description: 'How long the link works.' }),
})

export const InvitationParams = t.Composite([SpaceParams, t.Object({ id: t.String({ minLength: 1, maxLength: 64 }) })])

export const AcceptInvitation = t.Object({
  token: Token,
  account: t.Optional(
    t.Object(
      { email: Email, name: PersonName, password: Password },
      { description: 'For somebody without an account. Left out, whoever is signed in accepts.' },
    ),
  ),
})

export const OpenInvitation = t.Object({
  space: t.String({ description: 'Its name.', examples: ['Support'] }),
  role: RoleName,
  email: t.Nullable(t.String()),
  expiresAt: t.String({ format: 'date-time' }),
})

/** Row to response. */
export const toInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  role: row.role,
  email: row.email,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})
