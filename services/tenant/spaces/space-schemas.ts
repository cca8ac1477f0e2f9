import { t } from 'elysia'
import { RoleName } from '../members/member-schemas.ts'
import type { Role, SpaceRow } from '../tables.ts'

const Name = t.String({ minLength: 1, maxLength: 128, examples: ['Support'] })

export const Space = t.Object({
  id: t.String({ examples: ['default'] }),
  name: Name,
  role: t.Nullable(RoleName, { description: 'Yours in it; null for an administrator who is no member.' }),
  createdAt: t.String({ format: 'date-time' }),
})
export type Space = typeof Space.static

export const NamedSpace = t.Object({ name: Name })

export const SpacePage = t.Object({
  spaces: t.Array(Space),
  nextAfterId: t.Nullable(t.String(), { description: 'Pass it as `afterId`; null on the last page.' }),
})

export const SPACE_LIMIT_MAX = 200
export const SpaceQuery = t.Object({
  afterId: t.Optional(t.String({ description: 'The `nextAfterId` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: SPACE_LIMIT_MAX, default: 50 }),
})

/** Row to response. */
export const toSpace = (row: SpaceRow, role: Role | undefined): Space => ({
  id: row.id,
  name: row.name,
  role: role ?? null,
  createdAt: row.createdAt.toISOString(),
})
