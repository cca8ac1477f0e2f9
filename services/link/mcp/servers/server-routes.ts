import { Elysia, t } from 'elysia'
import type { SecretBox } from '#shared/secrets/secret-box.ts'
import { ownerOf, readAccess } from '../../tools/tool-access.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { requireOwned, requireProgramRight, requireServer } from './server-access.ts'
import { checkNames, isElsewhere, reachOfChanged, reachOfNew, secretsOfChanged } from './server-fields.ts'
import {
  ChangeServer,
  CreateServer,
  McpServer,
  ServerPage,
  ServerPageQuery,
  TIMEOUT_MS_DEFAULT,
  toServer,
  WithServerId,
} from './server-schemas.ts'
import { openSecrets, type ServerSecrets, sealSecrets } from './server-secrets.ts'

/** `/api/mcp-servers`: the servers that an app, or the installation, uses. */
export const serverRoutes = ({ mcp, secrets }: { mcp: McpDependencies; secrets: SecretBox }) =>
  new Elysia({ prefix: '/api/mcp-servers', tags: ['tools'] })
    .get(
      '',
      async ({ query, request }) => {
        const rows = await mcp.servers.list(readAccess(request.headers), { ...query, limit: query.limit + 1 })
        const page = rows.slice(0, query.limit)
        return {
          servers: page.map((row) => toServer(row, openSecrets(secrets, row))),
          nextBeforeId: rows.length > query.limit ? (page.at(-1)?.serverId ?? null) : null,
        }
      },
      { query: ServerPageQuery, response: { 200: ServerPage }, detail: { summary: 'List MCP servers' } },
    )
    .post(
      '',
      async ({ body, request, status }) => {
        const reach = reachOfNew(body)
        if (reach.transport === 'stdio') requireProgramRight(request)
        const { headers = {}, environment = {}, authorization } = body
        checkNames({ headers, environment })
        const kept: ServerSecrets = { headers, environment, ...(authorization && { authorization }) }
        const row = await mcp.servers.insert({
          serverId: `mcp@${Bun.randomUUIDv7().replaceAll('-', '')}`,
          ownerAppId: ownerOf(readAccess(request.headers)),
          name: body.name,
          description: body.description ?? '',
          type: '',
          flowId: '',
          schema: '',
          ...reach,
          sealed: sealSecrets(secrets, kept),
          timeoutMs: body.timeoutMs ?? TIMEOUT_MS_DEFAULT,
          enabled: body.enabled ?? true,
        })
        if (!row) throw new Error('a new id is in use')
        return status(201, toServer(row, kept))
      },
      {
        body: CreateServer,
        response: { 201: McpServer },
        detail: {
          summary: 'Add an MCP server',
          description: 'It is not contacted: `POST …/test` does that. Without an app, root adds a server for all apps.',
        },
      },
    )
    .get(
      '/:serverId',
      async ({ params, request }) => {
        const { row } = await requireServer(mcp.servers, request, params.serverId)
        return toServer(row, openSecrets(secrets, row))
      },
      { params: WithServerId, response: { 200: McpServer }, detail: { summary: 'Show an MCP server' } },
    )
    .patch(
      '/:serverId',
      async ({ params, body, request }) => {
        const { row } = await requireOwned(mcp.servers, request, params.serverId)
        const reach = reachOfChanged(row, body)
        const touchesProgram = row.transport === 'stdio' || reach.transport === 'stdio'
        if (touchesProgram) requireProgramRight(request)
        const movesAway = isElsewhere(row, reach)
        const kept = secretsOfChanged(openSecrets(secrets, row), body, movesAway)
        checkNames(kept)
        if (movesAway || body.authorization !== undefined) await mcp.grants.deleteAll(row.serverId)
        const changed = await mcp.servers.update(row.serverId, {
          ...reach,
          sealed: sealSecrets(secrets, kept),
          ...(body.name !== undefined && { name: body.name }),
          ...(body.description !== undefined && { description: body.description }),
          ...(body.timeoutMs !== undefined && { timeoutMs: body.timeoutMs }),
          ...(body.enabled !== undefined && { enabled: body.enabled }),
        })
        void mcp.connections.drop(row.serverId)
        return toServer(changed ?? row, kept)
      },
      {
        params: WithServerId,
        body: ChangeServer,
        response: { 200: McpServer },
        detail: {
          summary: 'Change an MCP server',
          description:
            'When it moves to another host or program, headers, environment and tokens are dropped unless they are given anew.',
        },
      },
    )
    .delete(
      '/:serverId',
      async ({ params, request, status }) => {
        const { row } = await requireOwned(mcp.servers, request, params.serverId)
        await mcp.servers.delete(row.serverId)
        void mcp.connections.drop(row.serverId)
        return status(204, undefined)
      },
      {
        params: WithServerId,
        response: { 204: t.Undefined() },
        detail: { summary: 'Delete an MCP server with the tokens that were had for it' },
      },
    )
