import { Elysia, t } from 'elysia'
import { noteForAudit } from '#shared/audit/audit-note.ts'
import { readCaller } from '#shared/http/caller.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { AppNotFoundError, RootRequiredError } from '../errors.ts'
import { NewKey } from '../keys/key-schemas.ts'
import { requireInSpace } from '../members/space-rights.ts'
import { AdministratorRequiredError } from '../people-errors.ts'
import { DEFAULT_SPACE_ID } from '../tables.ts'
import { requireForApp } from './app-rights.ts'
import { App, AppPage, AppParams, ChangeApp, CreateApp, PageQuery, toApp } from './app-schemas.ts'
import { onlyAppOf, sourceOf } from './caller-rights.ts'
import { changeApp } from './change-app.ts'
import { createApp } from './create-app.ts'
import { deleteApp } from './delete-app.ts'
import { LOCAL_DEVELOPER_ID, NO_CHANNEL_ID } from './starter-app.ts'

/** `/api/apps`: our own management of apps. Root changes; an app reads itself. */
export const appRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/api/apps', tags: ['apps'] })
    .post(
      '',
      async ({ body, request, status }) => {
        const caller = readCaller(request.headers)
        const spaceId = body.spaceId ?? DEFAULT_SPACE_ID
        if (caller.role === 'app' && caller.userId === undefined) throw new RootRequiredError()
        await requireInSpace(dependencies, caller, { spaceId, action: 'apps:write' })
        const { app, credentials } = await createApp(dependencies, {
          appId: body.appId,
          name: body.name,
          description: body.description ?? '',
          developerId: LOCAL_DEVELOPER_ID,
          channelId: NO_CHANNEL_ID,
          source: sourceOf(caller),
          spaceId,
        })
        noteForAudit(request, { appId: app.appId, spaceId })
        return status(201, { ...toApp(app), key: credentials })
      },
      {
        body: CreateApp,
        response: { 201: t.Composite([App, t.Object({ key: NewKey })]) },
        detail: { summary: 'Create an app with its first key' },
      },
    )
    .get(
      '',
      async ({ query, request }) => {
        const caller = readCaller(request.headers)
        const isMember = caller.role === 'app' && caller.userId !== undefined
        const own = isMember ? undefined : onlyAppOf(caller)
        if (own !== undefined) {
          const app = await dependencies.apps.find(own)
          return { apps: app ? [toApp(app)] : [], nextBeforeId: null }
        }
        const rows = await dependencies.apps.list({
          beforeId: query.beforeId,
          limit: query.limit + 1,
          spaceIds: isMember ? await dependencies.members.spaceIdsOf(caller.userId ?? '') : undefined,
        })
        const page = rows.slice(0, query.limit)
        const last = rows.length > query.limit ? page.at(-1) : undefined
        return { apps: page.map(toApp), nextBeforeId: last?.appId ?? null }
      },
      { query: PageQuery, response: { 200: AppPage }, detail: { summary: 'List apps, newest first' } },
    )
    .get(
      '/:appId',
      async ({ params, request }) => {
        await requireForApp(dependencies, readCaller(request.headers), { ...params, action: 'apps:read' })
        const app = await dependencies.apps.find(params.appId)
        if (!app) throw new AppNotFoundError(params.appId)
        return toApp(app)
      },
      { params: AppParams, response: { 200: App }, detail: { summary: 'One app' } },
    )
    .patch(
      '/:appId',
      async ({ params, body, request }) => {
        const caller = readCaller(request.headers)
        await requireForApp(dependencies, caller, { ...params, action: 'apps:write' })
        if (body.spaceId !== undefined) {
          if (caller.role !== 'root') throw new AdministratorRequiredError()
          await requireInSpace(dependencies, caller, { spaceId: body.spaceId, action: 'apps:write' })
        }
        return toApp(await changeApp(dependencies, params.appId, body))
      },
      {
        params: AppParams,
        body: ChangeApp,
        response: { 200: App },
        detail: { summary: 'Rename, describe, disable or enable an app' },
      },
    )
    .delete(
      '/:appId',
      async ({ params, request, set }) => {
        await requireForApp(dependencies, readCaller(request.headers), { ...params, action: 'apps:write' })
        await deleteApp(dependencies, params.appId)
        set.status = 204
      },
      {
        params: AppParams,
        detail: { summary: 'Delete an app and its keys', responses: { 204: { description: 'Deleted' } } },
      },
    )
