import { readCaller } from '#shared/http/caller.ts'
import { parseDefinition } from '../definition/parse-definition.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { describeInputs } from '../flows/describe-inputs.ts'
import { resolveRelease } from '../flows/resolve-flow.ts'
import { success, WireEnvelope } from './envelope-schemas.ts'
import { FlowIdParams } from './protocol-schemas.ts'
import { requireApp } from './wire-error-plugin.ts'
import { type WireRoutesDependencies, wireOperation } from './wire-operation-plugin.ts'

/** What a published flow asks for, as MCP describes a tool. Only apps that may run the flow are told. */
export const flowInfoRoutes = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'run', fallback: wireCodes.FLOW_READ_FAILED }).get(
    '/get_flow_info/:flow_id',
    async ({ params, request }) => {
      const appId = requireApp(readCaller(request.headers).appId)
      const { stores } = dependencies
      const { flow, definitionHash } = await resolveRelease(stores, { flowId: params.flow_id, appId, version: '' })
      const definition = await stores.definitions.find(definitionHash)
      return success(dependencies.nextSid(), {
        name: flow.name,
        description: flow.description,
        inputSchema: describeInputs(parseDefinition(definition)),
      })
    },
    {
      params: FlowIdParams,
      response: WireEnvelope,
      detail: { summary: 'Describe the parameters of a published flow' },
    },
  )
