import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import type { FlowRow } from '../tables.ts'
import { addFlow, type FlowWriting } from './add-flow.ts'
import { deleteFlow } from './delete-flow.ts'
import { findOwnFlow } from './flow-access.ts'
import { CreateFlow, Flow, FlowPage, FlowParams, FlowQuery, toFlowSummary, UpdateFlow } from './flow-schemas.ts'
import type { FlowStores } from './flow-stores.ts'
import { isRunnable } from './release-policy.ts'
import { updateFlow } from './update-flow.ts'

/** Management of flows. */
export const flowRoutes = (writing: FlowWriting) =>
  new Elysia({ prefix: '/api/flows', normalize: false, tags: ['flows'] })
    .get(
      '',
      async ({ query, request }) => {
        const { appId } = readCaller(request.headers)
        const rows = await writing.stores.flows.list({ appId, beforeId: query.beforeId, limit: query.limit })
        const oldest = rows.length === query.limit ? rows.at(-1) : undefined
        return { flows: rows.map(summary), nextBeforeId: oldest?.id ?? null }
      },
      { query: FlowQuery, response: FlowPage, detail: { summary: 'List flows, newest first' } },
    )
    .get(
      '/:id',
      async ({ params, request }) => {
        const row = await findOwnFlow(writing.stores.flows, readCaller(request.headers), params.id)
        return describe(writing.stores, row)
      },
      { params: FlowParams, response: Flow, detail: { summary: 'Read a flow with its draft and its versions' } },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        const row = await addFlow(writing, readCaller(request.headers), {
          name: body.name,
          description: body.description,
          appId: body.appId,
          status: 0,
          definition: body.definition,
        })
        return status(201, await describe(writing.stores, row))
      },
      { body: CreateFlow, response: { 201: Flow }, detail: { summary: 'Create a flow' } },
    )
    .put(
      '/:id',
      async ({ params, body, request }) => {
        const row = await updateFlow(writing, readCaller(request.headers), { flowId: params.id, update: body })
        return describe(writing.stores, row)
      },
      { params: FlowParams, body: UpdateFlow, response: Flow, detail: { summary: 'Change what is given of a flow' } },
    )
    .delete(
      '/:id',
      async ({ params, request }) => {
        const caller = readCaller(request.headers)
        const row = await findOwnFlow(writing.stores.flows, caller, params.id)
        await deleteFlow(writing.stores, caller, { flowId: row.id, appId: row.appId })
        return new Response(null, { status: 204 })
      },
      { params: FlowParams, detail: { summary: 'Delete a flow; its runs stay' } },
    )

const summary = (row: FlowRow) => toFlowSummary(row, isRunnable(row.releaseBits))

const describe = async (stores: FlowStores, row: FlowRow) => {
  const [definition, versions] = await Promise.all([
    row.definitionHash ? stores.definitions.find(row.definitionHash) : undefined,
    stores.versions.list(row.id),
  ])
  return { ...summary(row), definition: definition ?? null, versions: versions.map(({ version }) => version) }
}
