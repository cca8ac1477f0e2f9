import { Elysia, t } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { requireRoot } from '../apps/caller-rights.ts'
import type { TenantDependencies } from '../dependencies.ts'
import { addKey } from '../keys/add-key.ts'
import { revealSecrets } from '../keys/reveal-secrets.ts'
import { revokeKey } from '../keys/revoke-key.ts'
import { toWireKey } from './to-wire-app.ts'
import { wireSuccess } from './wire-envelope.ts'
import { wirePlugin } from './wire-plugin.ts'
import { AddKeyBody, DeleteKeyBody, emptyEnvelope, envelopeOf, needText, WireKey } from './wire-schemas.ts'

/** `/v2/app/key`: keys of apps on the original tenant service's wire. Administrators only, because the wire shows secrets. */
export const wireKeyRoutes = (dependencies: TenantDependencies) =>
  new Elysia({ prefix: '/v2/app/key', tags: ['apps (wire)'] })
    .use(wirePlugin(dependencies.logger))
    .post(
      '',
      async ({ body, request }) => {
        requireRoot(readCaller(request.headers))
        needText('request_id', body.request_id)
        const credentials = await addKey(dependencies, {
          appId: needText('app_id', body.app_id),
          apiKey: body.api_key ?? undefined,
          apiSecret: body.api_secret ?? undefined,
        })
        return wireSuccess(toWireKey(credentials))
      },
      { body: AddKeyBody, response: envelopeOf(WireKey), detail: { summary: 'Add a key' } },
    )
    .delete(
      '',
      async ({ body, request }) => {
        requireRoot(readCaller(request.headers))
        needText('request_id', body.request_id)
        const appId = needText('app_id', body.app_id)
        await revokeKey(dependencies, { appId, apiKey: needText('api_key', body.api_key) })
        return wireSuccess()
      },
      { body: DeleteKeyBody, response: emptyEnvelope, detail: { summary: 'Revoke a key of an app' } },
    )
    .get(
      '/:app_id',
      async ({ params, request }) => {
        requireRoot(readCaller(request.headers))
        const rows = await dependencies.keys.listUnended([params.app_id])
        return wireSuccess(rows.length > 0 ? revealSecrets(dependencies.secrets, rows).map(toWireKey) : undefined)
      },
      {
        params: t.Object({ app_id: t.String() }),
        response: envelopeOf(t.Array(WireKey)),
        detail: { summary: 'Keys of an app, with secrets' },
      },
    )
