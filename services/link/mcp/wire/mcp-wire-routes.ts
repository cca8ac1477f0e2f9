import type { Static, TSchema } from '@sinclair/typebox'
import { Elysia, t } from 'elysia'
import { IDEMPOTENCY_HEADER } from '#shared/http/idempotency-header.ts'
import { retryAfterHeader } from '#shared/http/retry-after-header.ts'
import { createSessionIds } from '#shared/ids/session-id.ts'
import type { Logger } from '#shared/logging/logger.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { expectedFailureOf } from '#shared/postgres/expected-failure.ts'
import { ownerOf, readAccess } from '../../tools/tool-access.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { callWireTool } from './call-wire-tool.ts'
import { listWireServers } from './list-wire-servers.ts'
import { MCP_CODES, McpWireFault } from './mcp-wire-codes.ts'
import { registerWireServer } from './register-wire-server.ts'
import { CallRequest, ListRequest, RegisterRequest, readBody } from './wire-requests.ts'

export interface McpWireDependencies {
  mcp: McpDependencies
  outbound: OutboundGuard
  logger: Logger
}

const PORT = '18888'

const Answer = t.Object(
  {
    code: t.Integer({ description: '0, or a number from 30100 to 30710.' }),
    message: t.String(),
    sid: t.String(),
    data: t.Unknown(),
  },
  { examples: [{ code: 0, message: 'Success', sid: 'link00510001@or1a2b3c4d5e6f7a8b182', data: {} }] },
)

interface WireRoute<Schema extends TSchema> {
  body: Schema
  /** How a body that does not fit is told: as the original's framework does it, or in the envelope. */
  misfit: 'framework' | 'envelope'
  work(body: Static<Schema>, request: Request): Promise<unknown>
}

const envelope = (
  { code, message }: { code: number; message: string },
  sid: string,
  { data = {}, headers = {} }: { data?: unknown; headers?: Record<string, string> } = {},
): Response => Response.json({ code, message, sid, data }, { headers })

/** The original's three MCP routes: POST, JSON, HTTP 200 with `{code, message, sid, data}`, and 422 with `{detail}` for a body that is none. */
export const mcpWireRoutes = (dependencies: McpWireDependencies) => {
  const nextSid = createSessionIds({ sub: 'link', port: PORT })

  const fail = (error: unknown, sid: string, request: Request): Response => {
    if (error instanceof McpWireFault) return envelope(error, sid)
    const expected = expectedFailureOf(error)
    if (expected)
      return envelope(new McpWireFault('general', expected.message), sid, { headers: retryAfterHeader(expected) })
    // Whoever left reads no answer.
    if (!request.signal.aborted) dependencies.logger.error({ err: error, sid }, 'unexpected failure')
    return envelope(new McpWireFault('general', `quote the sid ${sid}`), sid)
  }

  const answer =
    <Schema extends TSchema>(route: WireRoute<Schema>) =>
    async ({ request }: { request: Request }): Promise<Response> => {
      const sid = nextSid()
      const read = await readBody(request, route.body)
      if ('problems' in read && route.misfit === 'framework')
        return Response.json({ detail: read.problems }, { status: 422 })
      try {
        if ('problems' in read) throw new McpWireFault('schemaInvalid', read.problems.map(toText).join('; '))
        const data = await route.work(read.body, request)
        return envelope({ code: MCP_CODES.ok.code, message: MCP_CODES.ok.text }, sid, { data })
      } catch (error) {
        return fail(error, sid, request)
      }
    }

  return new Elysia({ prefix: '/api/v1/mcp', tags: ['tools'] })
    .post(
      '/tool_list',
      answer({
        body: ListRequest,
        misfit: 'framework',
        work: async (body, request) => ({
          servers: await listWireServers(dependencies.mcp, body, callerOf(request)),
        }),
      }),
      { parse: 'none', detail: describe('List the tools of MCP servers', ListRequest) },
    )
    .post(
      '/call_tool',
      answer({
        body: CallRequest,
        misfit: 'framework',
        work: (body, request) =>
          callWireTool(dependencies.mcp, body, {
            ...callerOf(request),
            idempotencyKey: request.headers.get(IDEMPOTENCY_HEADER) ?? undefined,
          }),
      }),
      { parse: 'none', detail: describe('Call a tool of an MCP server', CallRequest) },
    )
    .post(
      '',
      answer({
        body: RegisterRequest,
        misfit: 'envelope',
        work: (body, request) =>
          registerWireServer(dependencies, body, ownerOf(readAccess(request.headers, body.app_id))),
      }),
      { parse: 'none', detail: describe('Register an MCP server', RegisterRequest) },
    )
}

const callerOf = (request: Request) => ({ access: readAccess(request.headers), signal: request.signal })

const toText = ({ loc, msg }: { loc: string[]; msg: string }): string => `${loc.join('.')}: ${msg}`

const describe = (summary: string, body: TSchema) => ({
  summary,
  requestBody: {
    required: true,
    content: { 'application/json': { schema: plain(body), example: body.examples?.[0] } },
  },
  responses: { 200: { description: 'OK', content: { 'application/json': { schema: plain(Answer) } } } },
})

/** Without the library's symbols, which are no part of a document. */
const plain = (schema: TSchema) => JSON.parse(JSON.stringify(schema)) as Record<string, never>
