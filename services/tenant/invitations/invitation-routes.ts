import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { SpaceParams } from '../members/member-schemas.ts'
import { mayGive, requireInSpace } from '../members/space-rights.ts'
import { InvitationNotFoundError, RoleTooHighError } from '../people-errors.ts'
import { createInvitation } from './create-invitation.ts'
import {
  CreateInvitation,
  InvitationPage,
  InvitationParams,
  NewInvitation,
  toInvitation,
} from './invitation-schemas.ts'

const LIMIT_MAX = 200

/** `/api/spaces/{spaceId}/invitations`: links that make whoever opens them a member, once. */
export const invitationRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/spaces/:spaceId/invitations', tags: ['spaces'] })
    .post(
      '',
      async ({ params, body, request, status }) => {
        const { spaceId } = params
        const caller = readCaller(request.headers)
        const standing = await requireInSpace(dependencies, caller, { spaceId, action: 'members:write' })
        const by = { standing, userId: caller.userId }
        const { invitation, token } = await createInvitation(dependencies, by, { spaceId, ...body })
        return status(201, { ...toInvitation(invitation), link: `/accept-invitation#${token}` })
      },
      {
        params: SpaceParams,
        body: CreateInvitation,
        response: { 201: NewInvitation },
        detail: { summary: 'Invite somebody by a link, up to your own role' },
      },
    )
    .get(
      '',
      async ({ params, query, request }) => {
        const { spaceId } = params
        await requireInSpace(dependencies, readCaller(request.headers), { spaceId, action: 'members:write' })
        const rows = await dependencies.invitations.list(spaceId, { ...query, limit: query.limit + 1 })
        const page = rows.slice(0, query.limit)
        const last = rows.length > query.limit ? page.at(-1) : undefined
        return { invitations: page.map(toInvitation), nextBeforeId: last?.id ?? null }
      },
      {
        params: SpaceParams,
        query: t.Object({
          beforeId: t.Optional(t.String({ description: 'The `nextBeforeId` of the page before.' })),
          limit: t.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 50 }),
        }),
        response: { 200: InvitationPage },
        detail: { summary: 'Open invitations, newest first' },
      },
    )
    .delete(
      '/:id',
      async ({ params, request, set }) => {
        const { spaceId, id } = params
        const caller = readCaller(request.headers)
        const standing = await requireInSpace(dependencies, caller, { spaceId, action: 'members:write' })
        const invitation = await dependencies.invitations.find(spaceId, id)
        if (!invitation) throw new InvitationNotFoundError()
        if (!mayGive(standing, invitation.role)) throw new RoleTooHighError()
        if (!(await dependencies.invitations.revoke(spaceId, id))) throw new InvitationNotFoundError()
        set.status = 204
      },
      {
        params: InvitationParams,
        detail: { summary: 'Revoke an invitation', responses: { 204: { description: 'Revoked' } } },
      },
    )
