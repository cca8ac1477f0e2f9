import { Elysia } from 'elysia'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import type { LinkDependencies } from '../dependencies.ts'
import { objectOf } from '../openapi/json-values.ts'
import { readOperationOf } from '../openapi/read-operations.ts'
import { runOperation } from '../tools/run-operation.ts'
import { readAccess } from '../tools/tool-access.ts'
import { debugTool, readDebugDocument } from './debug-tool.ts'
import { describeWireRoute } from './describe-wire-route.ts'
import { addVersions, changeTools, createTools, deleteTools, FIRST_VERSION, findTool } from './manage-tools.ts'
import { ModelError, readBody, readQuery, requireSchema } from './read-request.ts'
import { decodeParts, toCallValues } from './run-values.ts'
import { managed, notManaged, notRan, ran } from './wire-envelope.ts'
import { LINK_CODES, toWireError, WireError } from './wire-error.ts'
import {
  CREATE,
  DEBUG,
  type DebugBody,
  FEW_IDS,
  IDS,
  RUN,
  type RunBody,
  type ToolsBody,
  UPDATE,
} from './wire-requests.ts'

const ACKNOWLEDGED = { result: 'Success' }

/** `/api/v1/tools`: the original link service's wire. Failures are HTTP 200 with their number, but for bodies of the wrong types. */
export const wireRoutes = (dependencies: LinkDependencies) => {
  /** Answers what a failure is on the wire; what nobody expects is 30100 and goes to the log. */
  const answer = async (work: () => Promise<Response>, refuse: typeof notManaged, isOfficial = () => false) => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ModelError) return error.toResponse()
      const expected = expectedFailureOf(error)
      const known = toWireError(expected ?? error, isOfficial())
      if (known) return refuse(known, expected && retryAfterHeader(expected))
      dependencies.logger.error({ err: error }, 'unexpected failure')
      return refuse(new WireError(LINK_CODES.COMMON, 'the tool service failed'))
    }
  }

  const manage =
    (work: (request: Request) => Promise<unknown>) =>
    async ({ request }: { request: Request }) =>
      answer(async () => managed(await work(request)), notManaged)

  const create = manage(async (request) => {
    const body = await readBody<ToolsBody>(request, CREATE)
    return {
      tools: await createTools(dependencies, readAccess(request.headers, body.header.app_id), body.payload.tools),
    }
  })

  const update = (change: typeof addVersions) =>
    manage(async (request) => {
      const body = await readBody<ToolsBody>(request, UPDATE)
      await change(dependencies, readAccess(request.headers, body.header.app_id), body.payload.tools)
      return ACKNOWLEDGED
    })

  const read = async (request: Request, asked: { appId: string; toolIds: string[]; versions: string[] }) => {
    const { appId, toolIds, versions } = asked
    requireSchema(IDS, { app_id: appId, tool_ids: toolIds }, LINK_CODES.JSON_SCHEMA)
    if (toolIds.length !== versions.length) {
      const counts = `get tool: tool num ${toolIds.length}, version num ${versions.length} not equal`
      throw new WireError(LINK_CODES.JSON_SCHEMA, counts)
    }
    const access = readAccess(request.headers, appId)
    const tools: object[] = []
    for (const [index, toolId] of toolIds.entries()) {
      const { version: row } = await findTool(dependencies, access, { toolId, version: versions[index] ?? '' })
      const { name, description, document: schema, version } = row
      tools.push({ name, description, id: toolId, schema, version })
    }
    return { tools }
  }

  const readVersions = manage((request) => {
    const {
      app_id: apps,
      tool_ids: toolIds,
      versions,
    } = readQuery(request, { required: ['app_id', 'tool_ids', 'versions'] })
    return read(request, { appId: apps[0] ?? '', toolIds, versions })
  })

  const readFirst = manage((request) => {
    const { app_id: apps, tool_ids: toolIds } = readQuery(request, { required: ['app_id', 'tool_ids'] })
    return read(request, { appId: apps[0] ?? '', toolIds, versions: toolIds.map(() => FIRST_VERSION) })
  })

  const deleteVersions = manage(async (request) => {
    const names = { required: ['app_id', 'tool_ids'] as const, optional: ['versions'] as const }
    const { app_id: apps, tool_ids: toolIds, versions } = readQuery<'app_id' | 'tool_ids' | 'versions'>(request, names)
    requireSchema(IDS, { app_id: apps[0], tool_ids: toolIds }, LINK_CODES.JSON_SCHEMA)
    await deleteTools(dependencies, readAccess(request.headers, apps[0]), { toolIds, versions })
    return ACKNOWLEDGED
  })

  const deleteFirst = manage(async (request) => {
    const { app_id: apps, tool_ids: toolIds } = readQuery(request, { required: ['app_id', 'tool_ids'] })
    requireSchema(FEW_IDS, { app_id: apps[0], tool_ids: toolIds }, LINK_CODES.JSON_SCHEMA)
    const versions = toolIds.map(() => FIRST_VERSION)
    await deleteTools(dependencies, readAccess(request.headers, apps[0]), { toolIds, versions })
    return ACKNOWLEDGED
  })

  const run = async ({ request }: { request: Request }) => {
    let isOfficial = false
    const work = async () => {
      const { header, parameter, payload } = await readBody<RunBody>(request, RUN)
      const access = readAccess(request.headers, header.app_id)
      const { tool_id: toolId, operation_id: operationId } = parameter
      const version = parameter.version || FIRST_VERSION
      const { tool, version: row } = await findTool(dependencies, access, { toolId, version })
      if (!tool.enabled) throw new WireError(LINK_CODES.TOOL_NOT_FOUND, `Tool does not exist: ${toolId} is not enabled`)
      const document = dependencies.loadDocument(row)
      isOfficial = objectOf(document.info)['x-is-official'] === true
      const operation = readOperationOf(document, operationId, tool.serverChoices)
      if (!operation) throw new WireError(LINK_CODES.OPERATION_NOT_FOUND, `operation_id: ${operationId} does not exist`)
      const values = toCallValues(operation, decodeParts(payload.message))
      const idempotencyKey = request.headers.get('idempotency-key') ?? undefined
      const call = { values, idempotencyKey, signal: request.signal }
      const { text } = await runOperation(dependencies, access, { found: { tool, document, operation }, call })
      return ran(text)
    }
    return answer(work, notRan, () => isOfficial)
  }

  const debug = async ({ request }: { request: Request }) => {
    let isOfficial = false
    const work = async () => {
      const body = await readBody<DebugBody>(request, DEBUG)
      const document = readDebugDocument(body.openapi_schema)
      isOfficial = objectOf(document.info)['x-is-official'] === true
      return ran((await debugTool(dependencies, { document, body, signal: request.signal })).text)
    }
    return answer(work, notRan, () => isOfficial)
  }

  return new Elysia({ prefix: '/api/v1/tools', tags: ['tools (wire)'] })
    .post('/versions', create, describeWireRoute('Create tools', 'create'))
    .put('/versions', update(addVersions), describeWireRoute('Add a version to tools', 'update'))
    .get('/versions', readVersions, describeWireRoute('Read versions of tools', 'read'))
    .delete('/versions', deleteVersions, describeWireRoute('Delete versions of tools, or all of them', 'delete'))
    .post('/http_run', run, describeWireRoute('Run an operation of a tool', 'run'))
    .post('/tool_debug', debug, describeWireRoute('Call an address as a tool would', 'debug'))
    .post('', create, describeWireRoute('Create tools (deprecated)', 'create'))
    .put('', update(changeTools), describeWireRoute('Change tools in place (deprecated)', 'update'))
    .get('', readFirst, describeWireRoute('Read tools (deprecated)', 'readFirst'))
    .delete('', deleteFirst, describeWireRoute('Delete tools (deprecated)', 'deleteFirst'))
}
