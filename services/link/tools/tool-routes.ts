import { Elysia } from 'elysia'
import type { LinkDependencies } from '../dependencies.ts'
import { readAccess } from './tool-access.ts'
import { ToolPage, ToolPageQuery, toTool } from './tool-schemas.ts'

/** `/api/tools`: our own management of tools. */
export const toolRoutes = (dependencies: LinkDependencies) =>
  new Elysia({ prefix: '/api/tools', tags: ['tools'] }).get(
    '',
    async ({ query, request }) => {
      const rows = await dependencies.tools.list(readAccess(request.headers), {
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
