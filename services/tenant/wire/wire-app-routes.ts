import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { onlyAppOf, requireRoot, sourceOf } from '../apps/caller-rights.ts'
import { changeApp } from '../apps/change-app.ts'
import { createApp } from '../apps/create-app.ts'
import { deleteApp } from '../apps/delete-app.ts'
import { NO_CHANNEL_ID } from '../apps/starter-app.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { revealSecrets } from '../keys/reveal-secrets.ts'
import { searchApps } from './search-apps.ts'
import { toWireApp, toWireDetails } from './to-wire-app.ts'
import { ParameterError, wireSuccess } from './wire-envelope.ts'
import { wirePlugin } from './wire-plugin.ts'
import {
  boundText,
  CreateAppBody,
  DeleteAppBody,
  DisableAppBody,
  emptyEnvelope,
  envelopeOf,
  ModifyAppBody,
  needText,
  SearchQuery,
  WireApp,
  WireAppDetails,
  WireNewApp,
} from './wire-schemas.ts'

/** `/v2/app`, apps: the original tenant service's wire. Administrators only, but an app may look itself up. */
export const wireAppRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/v2/app', tags: ['apps (wire)'] })
    .use(wirePlugin(dependencies.logger))
    .post(
      '',
      async ({ body, request }) => {
        const caller = readCaller(request.headers)
        requireRoot(caller)
        needText('request_id', body.request_id)
        const name = boundText('app_name', needText('app_name', body.app_name))
        const developerId = body.dev_id ?? 0
        if (developerId <= 0) throw new ParameterError('dev_id must been more than zero')
        const channel = boundText('cloud_id', needText('cloud_id', body.cloud_id))
        const source = sourceOf(caller)
        const { app, credentials } = await createApp(dependencies, {
          name,
          developerId: String(developerId),
          channelId: channel === source ? NO_CHANNEL_ID : channel,
          source,
          description: boundText('app_desc', body.app_desc ?? ''),
        })
        return wireSuccess({ app_id: app.appId, api_key: credentials.apiKey, api_secret: credentials.apiSecret })
      },
      { body: CreateAppBody, response: envelopeOf(WireNewApp), detail: { summary: 'Register an app with a key' } },
    )
    .put(
      '',
      async ({ body, request }) => {
        requireRoot(readCaller(request.headers))
        needText('request_id', body.request_id)
        const appId = needText('app_id', body.app_id)
        await changeApp(dependencies, appId, {
          ...(body.app_name ? { name: boundText('app_name', body.app_name) } : {}),
          ...(body.app_desc ? { description: boundText('app_desc', body.app_desc) } : {}),
        })
        return wireSuccess()
      },
      { body: ModifyAppBody, response: emptyEnvelope, detail: { summary: 'Rename or describe an app' } },
    )
    .delete(
      '',
      async ({ body, request }) => {
        requireRoot(readCaller(request.headers))
        needText('request_id', body.request_id)
        await deleteApp(dependencies, needText('app_id', body.app_id))
        return wireSuccess()
      },
      { body: DeleteAppBody, response: emptyEnvelope, detail: { summary: 'Delete an app and its keys' } },
    )
    .post(
      '/disable',
      async ({ body, request }) => {
        requireRoot(readCaller(request.headers))
        needText('request_id', body.request_id)
        const appId = needText('app_id', body.app_id)
        // The original enabled an app when the field was forgotten.
        if (typeof body.disable !== 'boolean') throw new ParameterError('disable must not been empty')
        await changeApp(dependencies, appId, { disabled: body.disable })
        return wireSuccess()
      },
      { body: DisableAppBody, response: emptyEnvelope, detail: { summary: 'Disable or enable an app' } },
    )
    .get(
      '/list',
      async ({ query, request }) => {
        const found = await searchApps(dependencies.apps, query, onlyAppOf(readCaller(request.headers)))
        return wireSuccess(found.length > 0 ? found.map(toWireApp) : undefined)
      },
      { query: SearchQuery, response: envelopeOf(t.Array(WireApp)), detail: { summary: 'Find apps' } },
    )
    .get(
      '/details',
      async ({ query, request }) => {
        const caller = readCaller(request.headers)
        const found = await searchApps(dependencies.apps, query, onlyAppOf(caller))
        // Secrets are for administrators: one key of an app must not reveal its others.
        const rows = caller.role === 'root' ? await dependencies.keys.listUnended(found.map((app) => app.appId)) : []
        return wireSuccess(
          found.map((app) =>
            toWireDetails(
              app,
              revealSecrets(
                dependencies.secrets,
                rows.filter((row) => row.appId === app.appId),
              ),
            ),
          ),
        )
      },
      {
        query: SearchQuery,
        response: envelopeOf(t.Array(WireAppDetails)),
        detail: { summary: 'Find apps, with their keys for administrators' },
      },
    )
