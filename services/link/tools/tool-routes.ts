import { Elysia, t } from 'elysia'
import type { LinkDependencies } from '../dependencies.ts'
import { ToolNotFoundError } from '../errors.ts'
import type { ToolRow } from '../tables.ts'
import { readAccess, requireChangeable, type ToolAccess } from './tool-access.ts'
import {
  ChangeTool,
  Tool,
  ToolPage,
  ToolPageQuery,
  ToolParams,
  ToolVersionPage,
  ToolVersionQuery,
  toTool,
  toToolVersion,
  VersionParams,
  VersionQuery,
} from './tool-schemas.ts'

const deleted = { responses: { 204: { description: 'Deleted' } } }

/** `/api/tools`: our own management of tools. */
export const toolRoutes = (dependencies: LinkDependencies) => {
  const { tools } = dependencies

  const find = async (access: ToolAccess, toolId: string): Promise<ToolRow> => {
    const tool = await tools.find(access, toolId)
    if (!tool) throw new ToolNotFoundError(toolId)
    return tool
  }
  const findOwn = async (access: ToolAccess, toolId: string): Promise<ToolRow> => {
    const tool = await find(access, toolId)
    requireChangeable(access, tool)
    return tool
  }

  return new Elysia({ prefix: '/api/tools', tags: ['tools'] })
    .get(
      '',
      async ({ query, request }) => {
        const rows = await tools.list(readAccess(request.headers), {
          beforeId: query.beforeId,
          limit: query.limit + 1,
          namePart: query.name,
        })
        const page = rows.slice(0, query.limit)
        return {
          tools: page.map(toTool),
          nextBeforeId: rows.length > query.limit ? (page.at(-1)?.toolId ?? null) : null,
        }
      },
      { query: ToolPageQuery, response: { 200: ToolPage }, detail: { summary: 'List tools, newest first' } },
    )
    .get('/:toolId', async ({ params, request }) => toTool(await find(readAccess(request.headers), params.toolId)), {
      params: ToolParams,
      response: { 200: Tool },
      detail: { summary: 'One tool' },
    })
    .patch(
      '/:toolId',
      async ({ params, body, request }) => {
        const access = readAccess(request.headers)
        await findOwn(access, params.toolId)
        await tools.update(params.toolId, body)
        return toTool(await find(access, params.toolId))
      },
      {
        params: ToolParams,
        body: ChangeTool,
        response: { 200: Tool },
        detail: { summary: 'Rename, describe, enable or disable a tool' },
      },
    )
    .delete(
      '/:toolId',
      async ({ params, request, set }) => {
        await findOwn(readAccess(request.headers), params.toolId)
        await dependencies.atomically((repository) => repository.deleteVersions(params.toolId))
        set.status = 204
      },
      { params: ToolParams, detail: { summary: 'Delete a tool with all its versions', ...deleted } },
    )
    .get(
      '/:toolId/versions',
      async ({ params, query, request }) => {
        await find(readAccess(request.headers), params.toolId)
        const rows = await tools.listVersions(params.toolId, {
          beforeId: query.beforeId === undefined ? undefined : Number(query.beforeId),
          limit: query.limit + 1,
        })
        const page = rows.slice(0, query.limit)
        const last = rows.length > query.limit ? page.at(-1) : undefined
        return { versions: page.map(toToolVersion), nextBeforeId: last ? String(last.versionId) : null }
      },
      {
        params: ToolParams,
        query: ToolVersionQuery,
        response: { 200: ToolVersionPage },
        detail: { summary: 'Versions of a tool, newest first' },
      },
    )
    .delete(
      '/:toolId/versions/:version',
      async ({ params, request, set }) => {
        const access = readAccess(request.headers)
        await findOwn(access, params.toolId)
        const found = await tools.findVersion(access, params.toolId, params.version)
        if (!found) throw new ToolNotFoundError(params.toolId, params.version)
        await dependencies.atomically((repository) => repository.deleteVersions(params.toolId, [params.version]))
        set.status = 204
      },
      { params: VersionParams, detail: { summary: 'Delete a version; with the last one the tool goes', ...deleted } },
    )
    .get(
      '/:toolId/document',
      async ({ params, query, request }) => {
        const { toolId } = params
        const found = await tools.findVersion(readAccess(request.headers), toolId, query.version)
        if (!found) throw new ToolNotFoundError(toolId, query.version)
        return dependencies.loadDocument(found.version)
      },
      {
        params: ToolParams,
        query: VersionQuery,
        response: { 200: t.Record(t.String(), t.Unknown(), { description: 'An OpenAPI 3 document.' }) },
        detail: { summary: 'The OpenAPI document of a tool' },
      },
    )
}
