import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { addMember, changeRole, removeMember } from './change-member.ts'
import { AddMember, ChangeMember, MemberPage, MemberParams, SpaceParams, toMember } from './member-schemas.ts'
import { requireInSpace } from './space-rights.ts'

const LIMIT_MAX = 200
const Done = { 204: { description: 'Done' } }

/** `/api/spaces/{spaceId}/members`: who belongs to a space, as what. */
export const memberRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/spaces/:spaceId/members', tags: ['spaces'] })
    .get(
      '',
      async ({ params, query, request }) => {
        const { spaceId } = params
        await requireInSpace(dependencies, readCaller(request.headers), { spaceId, action: 'members:read' })
        const rows = await dependencies.members.list(spaceId, { ...query, limit: query.limit + 1 })
        const page = rows.slice(0, query.limit)
        const last = rows.length > query.limit ? page.at(-1) : undefined
        return { members: page.map(toMember), nextAfterUserId: last?.user.id ?? null }
      },
      {
        params: SpaceParams,
        query: t.Object({
          afterUserId: t.Optional(t.String({ description: 'The `nextAfterUserId` of the page before.' })),
          limit: t.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 50 }),
        }),
        response: { 200: MemberPage },
        detail: { summary: 'Members of a space' },
      },
    )
    .post(
      '',
      async ({ params, body, request, set }) => {
        const { spaceId } = params
        const caller = readCaller(request.headers)
        const standing = await requireInSpace(dependencies, caller, { spaceId, action: 'members:write' })
        await addMember(dependencies, standing, { spaceId, ...body })
        set.status = 204
      },
      {
        params: SpaceParams,
        body: AddMember,
        detail: { summary: 'Make a user a member, with at most your own role', responses: Done },
      },
    )
    .patch(
      '/:userId',
      async ({ params, body, request, set }) => {
        const { spaceId, userId } = params
        const caller = readCaller(request.headers)
        const standing = await requireInSpace(dependencies, caller, { spaceId, action: 'members:write' })
        await changeRole(dependencies, standing, { spaceId, userId, role: body.role })
        set.status = 204
      },
      {
        params: MemberParams,
        body: ChangeMember,
        detail: { summary: 'Give a member another role, up to your own', responses: Done },
      },
    )
    .delete(
      '/:userId',
      async ({ params, request, set }) => {
        const { spaceId, userId } = params
        const caller = readCaller(request.headers)
        const leaves = caller.role !== 'root' && caller.userId === userId
        const action = leaves ? 'members:read' : 'members:write'
        const standing = await requireInSpace(dependencies, caller, { spaceId, action })
        await removeMember(dependencies, leaves ? 'self' : standing, { spaceId, userId })
        set.status = 204
      },
      {
        params: MemberParams,
        detail: { summary: 'End a membership: your own, or one up to your own role', responses: Done },
      },
    )
