import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { AppParams } from '../apps/app-schemas.ts'
import { requireReadable, requireRoot } from '../apps/caller-rights.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { AppNotFoundError } from '../errors.ts'
import { addKey } from './add-key.ts'
import { KeyList, NewKey, toKey } from './key-schemas.ts'
import { revokeKey } from './revoke-key.ts'

/** `/api/apps/{appId}/keys`. Root makes and revokes keys; an app may list the names of its own. */
export const keyRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/apps/:appId/keys', tags: ['apps'] })
    .post(
      '',
      async ({ params, request, status }) => {
        requireRoot(readCaller(request.headers))
        return status(201, await addKey(dependencies, { appId: params.appId }))
      },
      {
        params: AppParams,
        response: { 201: NewKey },
        detail: { summary: 'Make a key; its secret is shown this once' },
      },
    )
    .get(
      '',
      async ({ params, request }) => {
        requireReadable(readCaller(request.headers), params.appId)
        if (!(await dependencies.apps.find(params.appId))) throw new AppNotFoundError(params.appId)
        return { keys: (await dependencies.keys.list([params.appId])).map(toKey) }
      },
      { params: AppParams, response: { 200: KeyList }, detail: { summary: 'Keys of an app, without secrets' } },
    )
    .delete(
      '/:apiKey',
      async ({ params, request, set }) => {
        requireRoot(readCaller(request.headers))
        await revokeKey(dependencies, params)
        set.status = 204
      },
      {
        params: t.Composite([AppParams, t.Object({ apiKey: t.String({ minLength: 1, maxLength: 128 }) })]),
        detail: { summary: 'Revoke a key', responses: { 204: { description: 'Revoked' } } },
      },
    )
