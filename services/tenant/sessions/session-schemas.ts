import { t } from 'elysia'
import type { SessionRow } from '../tables.ts'
import { User } from '../users/user-schemas.ts'

export const Session = t.Object({
  id: t.String({ examples: ['0199f0a2-7c1e-7000-8000-5d9b5e0f3a11'] }),
  current: t.Boolean({ description: 'It is the one that asks.' }),
  address: t.String({ examples: ['192.0.2.7'] }),
  userAgent: t.String({ examples: ['Mozilla/5.0'] }),
  createdAt: t.String({ format: 'date-time' }),
  lastSeenAt: t.String({ format: 'date-time' }),
  expiresAt: t.String({ format: 'date-time' }),
})
export type Session = typeof Session.static

export const SessionList = t.Object({ sessions: t.Array(Session) })

export const SignIn = t.Object({
  email: t.String({ maxLength: 254, examples: ['ada@example.org'] }),
  password: t.String({ maxLength: 1_024, examples: ['orbits of seven worlds'] }),
})

export const SignInOptions = t.Object({
  setup: t.Boolean({ description: 'There is no administrator yet: /setup makes one.' }),
  oidc: t.Nullable(t.Object({ name: t.String() }), { description: 'The identity provider, when there is one.' }),
  user: t.Nullable(User, { description: 'Who is signed in already.' }),
})

/** Row to response: never the hash of the token. */
export const toSession = (row: SessionRow, currentTokenHash: string): Session => ({
  id: row.id,
  current: row.tokenHash === currentTokenHash,
  address: row.address,
  userAgent: row.userAgent,
  createdAt: row.createdAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})
