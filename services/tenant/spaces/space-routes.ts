import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { SpaceParams } from '../members/member-schemas.ts'
import { requireInSpace } from '../members/space-rights.ts'
import { AdministratorRequiredError, PersonRequiredError, SpaceNotFoundError } from '../people-errors.ts'
import { createSpace, deleteSpace } from './change-space.ts'
import { NamedSpace, Space, SpacePage, SpaceQuery, toSpace } from './space-schemas.ts'

/** `/api/spaces`: groups of people and the apps that they work on. */
export const spaceRoutes = (dependencies: TenantDependencies) => {
  const { spaces, members } = dependencies
  const ownRole = async (spaceId: string, userId: string | undefined) =>
    userId === undefined ? undefined : members.roleOf(spaceId, userId)

  return new Elysia({ prefix: '/api/spaces', tags: ['spaces'] })
    .get(
      '',
      async ({ query, request }) => {
        const { role, userId } = readCaller(request.headers)
        const more = { ...query, limit: query.limit + 1 }
        if (role !== 'root' && userId === undefined) throw new PersonRequiredError()
        const rows =
          role === 'root'
            ? await Promise.all(
                (await spaces.list(more)).map(async (space) => ({ space, role: await ownRole(space.id, userId) })),
              )
            : await spaces.listOf(userId ?? '', more)
        const page = rows.slice(0, query.limit)
        const last = rows.length > query.limit ? page.at(-1) : undefined
        return { spaces: page.map((found) => toSpace(found.space, found.role)), nextAfterId: last?.space.id ?? null }
      },
      {
        query: SpaceQuery,
        response: { 200: SpacePage },
        detail: { summary: 'Your spaces; all of them for administrators' },
      },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        const { role, userId } = readCaller(request.headers)
        if (role !== 'root') throw new AdministratorRequiredError()
        const space = await createSpace(dependencies, { name: body.name, ownerId: userId })
        return status(201, toSpace(space, userId === undefined ? undefined : 'owner'))
      },
      {
        body: NamedSpace,
        response: { 201: Space },
        detail: { summary: 'Make a space; an administrator who is signed in becomes its owner' },
      },
    )
    .get(
      '/:spaceId',
      async ({ params, request }) => {
        const caller = readCaller(request.headers)
        await requireInSpace(dependencies, caller, { spaceId: params.spaceId, action: 'spaces:read' })
        const space = await spaces.find(params.spaceId)
        if (!space) throw new SpaceNotFoundError(params.spaceId)
        return toSpace(space, await ownRole(space.id, caller.userId))
      },
      { params: SpaceParams, response: { 200: Space }, detail: { summary: 'One space' } },
    )
    .patch(
      '/:spaceId',
      async ({ params, body, request }) => {
        const caller = readCaller(request.headers)
        await requireInSpace(dependencies, caller, { spaceId: params.spaceId, action: 'spaces:write' })
        const space = await spaces.rename(params.spaceId, body.name)
        if (!space) throw new SpaceNotFoundError(params.spaceId)
        return toSpace(space, await ownRole(space.id, caller.userId))
      },
      { params: SpaceParams, body: NamedSpace, response: { 200: Space }, detail: { summary: 'Rename a space' } },
    )
    .delete(
      '/:spaceId',
      async ({ params, request, set }) => {
        const caller = readCaller(request.headers)
        await requireInSpace(dependencies, caller, { spaceId: params.spaceId, action: 'spaces:write' })
        await deleteSpace(dependencies, params.spaceId)
        set.status = 204
      },
      {
        params: SpaceParams,
        detail: { summary: 'Delete a space without apps', responses: { 204: { description: 'Deleted' } } },
      },
    )
}
