import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { deleteComparison } from '../flows/delete-comparison.ts'
import { saveComparison } from '../flows/save-comparison.ts'
import { success, WireEnvelope } from './envelope-schemas.ts'
import { DeleteComparison, SaveComparison } from './protocol-schemas.ts'
import { type WireRoutesDependencies, wireOperation } from './wire-operation-plugin.ts'

/** Protocols for prompt comparison. The original saves at `/protocolcompare/save`, its console at `/protocol/compare/save`: both are here. */
export const compareRoutes = (dependencies: WireRoutesDependencies, prefix: string) => {
  const save = async ({ body, request }: { body: typeof SaveComparison.static; request: Request }) => {
    await saveComparison(dependencies, readCaller(request.headers), {
      flowId: body.flow_id,
      version: body.version,
      definition: body.data,
    })
    return success(dependencies.nextSid())
  }
  const saving = {
    parse: 'json',
    body: SaveComparison,
    response: WireEnvelope,
    detail: { summary: 'Keep a protocol beside a flow to compare its prompts' },
  } as const
  return new Elysia({ normalize: false })
    .use(
      wireOperation(dependencies, prefix, { operation: 'update', fallback: wireCodes.PROTOCOL_UPDATE_FAILED })
        .post('/protocolcompare/save', save, saving)
        .post('/protocol/compare/save', save, saving),
    )
    .use(
      wireOperation(dependencies, prefix, { operation: 'update', fallback: wireCodes.PROTOCOL_DELETE_FAILED }).delete(
        '/protocol/compare/delete',
        async ({ body, request }) => {
          const named = { flowId: body.flow_id, version: body.version }
          await deleteComparison(dependencies.stores, readCaller(request.headers), named)
          return success(dependencies.nextSid())
        },
        {
          parse: 'json',
          body: DeleteComparison,
          response: WireEnvelope,
          detail: { summary: 'Forget a protocol that was kept for comparison' },
        },
      ),
    )
}
