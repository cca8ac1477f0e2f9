import { t } from 'elysia'
import type { MemberWithUser } from './member-repository.ts'

export const RoleName = t.Union(
  [t.Literal('owner'), t.Literal('admin'), t.Literal('editor'), t.Literal('operator'), t.Literal('viewer')],
  { description: 'From most to least: owner, admin, editor, operator (may run), viewer.', examples: ['editor'] },
)

export const Member = t.Object({
  userId: t.String({ examples: ['0199f0a2-7c1e-7000-8000-5d9b5e0f3a11'] }),
  email: t.String({ examples: ['ada@example.org'] }),
  name: t.String({ examples: ['Ada'] }),
  role: RoleName,
  since: t.String({ format: 'date-time' }),
})
export type Member = typeof Member.static

export const MemberPage = t.Object({
  members: t.Array(Member),
  nextAfterUserId: t.Nullable(t.String(), { description: 'Pass it as `afterUserId`; null on the last page.' }),
})

export const AddMember = t.Object({
  userId: t.String({ minLength: 1, maxLength: 64, examples: ['0199f0a2-7c1e-7000-8000-5d9b5e0f3a11'] }),
  role: RoleName,
})
export const ChangeMember = t.Object({ role: RoleName })

export const SpaceParams = t.Object({ spaceId: t.String({ minLength: 1, maxLength: 64 }) })
export const MemberParams = t.Composite([SpaceParams, t.Object({ userId: t.String({ minLength: 1, maxLength: 64 }) })])

/** Rows to response. */
export const toMember = ({ member, user }: MemberWithUser): Member => ({
  userId: user.id,
  email: user.email,
  name: user.name,
  role: member.role,
  since: member.createdAt.toISOString(),
})
