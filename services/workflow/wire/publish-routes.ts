import { readCaller } from '#shared/http/caller.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { bindApp } from '../flows/bind-app.ts'
import { publishFlow } from '../flows/publish-flow.ts'
import { success, WireEnvelope } from './envelope-schemas.ts'
import { Auth, Publish } from './protocol-schemas.ts'
import { requireApp } from './wire-error-plugin.ts'
import { type WireRoutesDependencies, wireOperation } from './wire-operation-plugin.ts'

/** Publishing and binding of apps, under `/v1`, `/workflow/v1` and the original's doubled `/workflow/v1/v1`. */
export const publishRoutes = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'update', fallback: wireCodes.FLOW_PUBLISH_FAILED })
    .post(
      '/publish',
      async ({ body, request }) => {
        const caller = readCaller(request.headers)
        requireApp(caller.appId)
        await publishFlow(dependencies, caller, {
          flowId: body.flow_id,
          action: body.release_status,
          platform: body.plat,
          version: body.version,
          definition: body.data ?? undefined,
        })
        return success(dependencies.nextSid())
      },
      { parse: 'json', body: Publish, response: WireEnvelope, detail: { summary: 'Publish a flow or take it down' } },
    )
    .post(
      '/auth',
      async ({ body, request }) => {
        const caller = readCaller(request.headers)
        requireApp(caller.appId)
        await bindApp(dependencies, caller, { flowId: body.flow_id, appId: body.app_id })
        return success(dependencies.nextSid())
      },
      { parse: 'json', body: Auth, response: WireEnvelope, detail: { summary: 'Let an app run a published flow' } },
    )
