import { Elysia } from 'elysia'
import type { LinkDependencies } from '../dependencies.ts'
import { ToolNotFoundError } from '../errors.ts'
import { findServerLists } from '../openapi/read-operations.ts'
import type { ToolCredentialBindingRow } from '../tables.ts'
import { chooseServers } from './choose-servers.ts'
import { ChooseServers, ChosenServersAnswer, ServerPage, ServerQuery, toServerList } from './server-schemas.ts'
import { readAccess } from './tool-access.ts'
import { ToolParams } from './tool-schemas.ts'

/** `/api/tools/{toolId}/servers`: where a tool can be called, and where it is. */
export const serverRoutes = (dependencies: LinkDependencies) =>
  new Elysia({ prefix: '/api/tools/:toolId/servers', tags: ['tools'] })
    .get(
      '',
      async ({ params, query, request }) => {
        const { toolId } = params
        const found = await dependencies.tools.findVersion(readAccess(request.headers), toolId, query.version)
        if (!found) throw new ToolNotFoundError(toolId, query.version)
        const lists = findServerLists(dependencies.loadDocument(found.version))
        const start = query.after === undefined ? 0 : lists.findIndex(({ place }) => place === query.after) + 1
        const page = lists.slice(start, start + query.limit)
        const isLast = start + query.limit >= lists.length
        return {
          version: found.version.version,
          servers: page.map((list) => toServerList(list, found.tool.serverChoices)),
          nextAfter: isLast ? null : (page.at(-1)?.place ?? null),
        }
      },
      {
        params: ToolParams,
        query: ServerQuery,
        response: { 200: ServerPage },
        detail: {
          summary: 'Servers of a tool, with their variables',
          description: 'One list for the document, and one for each path and operation that has servers of its own.',
        },
      },
    )
    .put(
      '',
      async ({ params, body, request }) => {
        const choices = body.choices.map(({ place, url, variables = {} }) => ({ place, url, variables }))
        const { rebound, dropped, awaiting } = await chooseServers(dependencies, readAccess(request.headers), {
          toolId: params.toolId,
          choices,
          credentials: body.credentials,
        })
        return { choices, rebound: rebound.map(toBinding), dropped: dropped.map(toBinding), awaiting }
      },
      {
        params: ToolParams,
        body: ChooseServers,
        response: { 200: ChosenServersAnswer },
        detail: {
          summary: 'Choose which servers of a tool are called',
          description: 'A choice holds in every version that has the server; elsewhere the first one is called.',
        },
      },
    )

const toBinding = ({ credentialId, scheme }: ToolCredentialBindingRow) => ({ credentialId, scheme })
