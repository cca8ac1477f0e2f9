import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { formatEvent, streamResponse } from '#shared/http/event-stream.ts'
import { lintFlow } from '../definition/lint/lint-flow.ts'
import { wireCodes, wireMessage } from '../definition/wire-codes.ts'
import { FlowNotFoundError } from '../errors.ts'
import { addFlow } from '../flows/add-flow.ts'
import { deleteFlow } from '../flows/delete-flow.ts'
import { findOwnFlow } from '../flows/flow-access.ts'
import { readDefinitions } from '../flows/read-definitions.ts'
import { updateFlow } from '../flows/update-flow.ts'
import { success, WireEnvelope } from './envelope-schemas.ts'
import { toWireFlowRow, toWireFlowText } from './flow-row.ts'
import { AddProtocol, DeleteProtocol, FlowIdParams, GetProtocol, GetQuery, UpdateProtocol } from './protocol-schemas.ts'
import { BUILD_RESPONSES } from './stream-documentation.ts'
import { WireFaultError } from './wire-fault.ts'
import { type WireRoutesDependencies, wireOperation } from './wire-operation-plugin.ts'

/** The original's CRUD of flows, under `/workflow/v1` and the older `/sparkflow/v1`. Bodies are JSON whatever their content type says. */
export const protocolRoutes = (dependencies: WireRoutesDependencies, prefix: string) =>
  new Elysia({ normalize: false })
    .use(addRoute(dependencies, prefix))
    .use(getRoute(dependencies, prefix))
    .use(updateRoute(dependencies, prefix))
    .use(deleteRoute(dependencies, prefix))
    .use(buildRoute(dependencies, prefix))

const addRoute = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'add', fallback: wireCodes.PROTOCOL_CREATE_FAILED }).post(
    '/protocol/add',
    async ({ body, request }) => {
      const { data, app_id: appId, ...draft } = body
      const flow = await addFlow(dependencies, readCaller(request.headers), {
        ...draft,
        appId,
        definition: data ?? undefined,
      })
      return success(dependencies.nextSid(), { flow_id: flow.id })
    },
    { parse: 'json', body: AddProtocol, response: WireEnvelope, detail: { summary: 'Create a flow' } },
  )

const getRoute = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'run', fallback: wireCodes.FLOW_READ_FAILED }).post(
    '/protocol/get',
    async ({ body, query, request }) => {
      const flow = await findOwnFlow(dependencies.stores.flows, readCaller(request.headers), body.flow_id)
      if (body.app_id && body.app_id !== flow.appId) throw new FlowNotFoundError(body.flow_id)
      const row = toWireFlowRow(flow, await readDefinitions(dependencies.stores.definitions, flow))
      return success(dependencies.nextSid(), query.as === 'string' ? toWireFlowText(row) : row)
    },
    {
      parse: 'json',
      body: GetProtocol,
      query: GetQuery,
      response: WireEnvelope,
      detail: { summary: 'Read a flow; ?as=string gives it as JSON text, as the original did' },
    },
  )

const updateRoute = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'update', fallback: wireCodes.PROTOCOL_UPDATE_FAILED }).post(
    '/protocol/update/:flow_id',
    async ({ body, params, request }) => {
      await updateFlow(dependencies, readCaller(request.headers), {
        flowId: params.flow_id,
        // The original writes no empty value: an empty text or 0 leaves the column as it is.
        update: {
          name: body.name || undefined,
          description: body.description || undefined,
          appId: body.app_id || undefined,
          status: body.status || undefined,
          definition: body.data ?? undefined,
        },
      })
      return success(dependencies.nextSid())
    },
    {
      parse: 'json',
      params: FlowIdParams,
      body: UpdateProtocol,
      response: WireEnvelope,
      detail: { summary: 'Change a flow' },
    },
  )

const deleteRoute = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'update', fallback: wireCodes.PROTOCOL_DELETE_FAILED }).post(
    '/protocol/delete',
    async ({ body, request }) => {
      const removed = { flowId: body.flow_id, appId: body.app_id }
      await deleteFlow(dependencies.stores, readCaller(request.headers), removed).catch(maskNotFound)
      return success(dependencies.nextSid())
    },
    { parse: 'json', body: DeleteProtocol, response: WireEnvelope, detail: { summary: 'Delete a flow' } },
  )

const buildRoute = (dependencies: WireRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'build', fallback: wireCodes.PROTOCOL_BUILD_FAILED }).post(
    '/protocol/build/:flow_id',
    async ({ params, request }) => {
      const flow = await findOwnFlow(dependencies.stores.flows, readCaller(request.headers), params.flow_id)
      const { draft } = await readDefinitions(dependencies.stores.definitions, flow)
      const problem = findProblem(dependencies, draft)
      const end = { end_of_stream: true, sid: dependencies.nextSid() }
      return streamResponse(async function* () {
        if (problem) yield formatEvent(JSON.stringify({ message: problem }))
        yield formatEvent(JSON.stringify(end))
      })
    },
    {
      params: FlowIdParams,
      detail: { summary: 'Compile a flow and report, as server-sent events', responses: BUILD_RESPONSES },
    },
  )

/** What keeps a draft from running; undefined when nothing does. */
const findProblem = (dependencies: WireRoutesDependencies, draft: Record<string, unknown> | undefined) => {
  const problem = lintFlow(draft, dependencies.checkDefinition).find(({ severity }) => severity === 'error')
  if (!problem) return undefined
  const { nodeId, field, code, message } = problem
  // What does not compile tells its place itself.
  const place = code === 'PROTOCOL_INVALID' || !nodeId ? '' : `node ${nodeId}${field && `, ${field}`}: `
  return wireMessage(wireCodes.PROTOCOL_BUILD_FAILED, `${place}${message}`)
}

/** Deleting what is not there has the code of a failed deletion. */
const maskNotFound = (error: unknown): never => {
  if (!(error instanceof FlowNotFoundError)) throw error
  const { code } = wireCodes.PROTOCOL_DELETE_FAILED
  throw new WireFaultError({ code, message: wireMessage(wireCodes.PROTOCOL_DELETE_FAILED, error.message) })
}
