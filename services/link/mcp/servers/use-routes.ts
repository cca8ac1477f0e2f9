import { Elysia } from 'elysia'
import { AppError } from '#shared/errors/app-error.ts'
import { IDEMPOTENCY_HEADER } from '#shared/http/idempotency-header.ts'
import type { McpSession, RequestLimits } from '#shared/mcp/mcp-session.ts'
import type { McpTool } from '#shared/mcp/mcp-tool.ts'
import { ownerOf, readAccess } from '../../tools/tool-access.ts'
import { callOnce } from '../call-once.ts'
import type { McpDependencies } from '../mcp-dependencies.ts'
import { requireServer, requireUsable } from './server-access.ts'
import { WithServerId } from './server-schemas.ts'
import {
  CalledTool,
  CallTool,
  GetPrompt,
  Prompt,
  PromptList,
  ReadResource,
  ResourceContents,
  ResourceList,
  TestedServer,
  ToolList,
} from './use-schemas.ts'

/** `/api/mcp-servers/{serverId}/…`: what servers can do, and have them do it. */
export const useRoutes = ({ mcp }: { mcp: McpDependencies }) => {
  const use = async <Result>(
    request: Request,
    call: { serverId: string; timeoutMs?: number | undefined },
    work: (session: McpSession, limits: RequestLimits) => Promise<Result>,
  ): Promise<Result> => {
    const { row, access } = await requireUsable(mcp.servers, request, call.serverId)
    const limits = { timeoutMs: call.timeoutMs ?? row.timeoutMs, signal: request.signal }
    return mcp.connections.use({ server: row, access, signal: request.signal }, (session) => work(session, limits))
  }

  return new Elysia({ prefix: '/api/mcp-servers', tags: ['tools'] })
    .post(
      '/:serverId/test',
      async ({ params, request }) => {
        const { row, access } = await requireServer(mcp.servers, request, params.serverId)
        const limits = { timeoutMs: row.timeoutMs, signal: request.signal }
        const started = performance.now()
        const durationMs = () => Math.round(performance.now() - started)
        try {
          return await mcp.connections.use({ server: row, access, signal: request.signal }, async (session) => {
            const tools = await session.listTools(limits)
            return { ok: true, durationMs: durationMs(), ...describe(session), toolCount: tools.length }
          })
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          const { code, message, remedy } = error
          return { ok: false, durationMs: durationMs(), code, message, ...(remedy !== undefined && { remedy }) }
        }
      },
      {
        params: WithServerId,
        response: { 200: TestedServer },
        detail: { summary: 'Try an MCP server, and tell what it is or why it does not work' },
      },
    )
    .get(
      '/:serverId/tools',
      ({ params, request }) =>
        use(request, params, async (session, limits) => ({ tools: (await session.listTools(limits)).map(toTool) })),
      { params: WithServerId, response: { 200: ToolList }, detail: { summary: 'List the tools of an MCP server' } },
    )
    .post(
      '/:serverId/call',
      ({ params, body, request }) =>
        callOnce(
          mcp.calls,
          {
            idempotencyKey: request.headers.get(IDEMPOTENCY_HEADER) ?? undefined,
            appId: ownerOf(readAccess(request.headers)),
            server: params.serverId,
            call: { name: body.name, arguments: body.arguments ?? {} },
          },
          (work) =>
            mcp.linkMetrics.measure(
              'mcp',
              () => use(request, { ...params, timeoutMs: body.timeoutMs }, work),
              ({ isError }) => isError,
            ),
        ),
      {
        params: WithServerId,
        body: CallTool,
        response: { 200: CalledTool },
        detail: {
          summary: 'Call a tool of an MCP server',
          description: 'A call with an `Idempotency-Key` is made once: the same call gets the same result again.',
        },
      },
    )
    .get(
      '/:serverId/resources',
      ({ params, request }) =>
        use(request, params, async (session, limits) => {
          if (!session.capabilities.resources) return { resources: [], resourceTemplates: [] }
          const [resources, resourceTemplates] = await Promise.all([
            session.listResources(limits),
            session.listResourceTemplates(limits),
          ])
          return { resources, resourceTemplates }
        }),
      {
        params: WithServerId,
        response: { 200: ResourceList },
        detail: { summary: 'List the resources of an MCP server' },
      },
    )
    .post(
      '/:serverId/read-resource',
      ({ params, body, request }) =>
        use(request, params, async (session, limits) => ({ contents: await session.readResource(body.uri, limits) })),
      {
        params: WithServerId,
        body: ReadResource,
        response: { 200: ResourceContents },
        detail: { summary: 'Read a resource of an MCP server' },
      },
    )
    .get(
      '/:serverId/prompts',
      ({ params, request }) =>
        use(request, params, async (session, limits) => ({
          prompts: session.capabilities.prompts ? await session.listPrompts(limits) : [],
        })),
      { params: WithServerId, response: { 200: PromptList }, detail: { summary: 'List the prompts of an MCP server' } },
    )
    .post(
      '/:serverId/get-prompt',
      ({ params, body, request }) =>
        use(request, params, async (session, limits) => {
          const prompt = await session.getPrompt(body.name, body.arguments ?? {}, limits)
          const messages = Array.isArray(prompt.messages) ? prompt.messages : []
          return { ...(typeof prompt.description === 'string' && { description: prompt.description }), messages }
        }),
      {
        params: WithServerId,
        body: GetPrompt,
        response: { 200: Prompt },
        detail: { summary: 'Fill in a prompt of an MCP server' },
      },
    )
}

const describe = (session: McpSession) => ({
  transport: session.transport,
  ...(session.protocolVersion !== undefined && { protocolVersion: session.protocolVersion }),
  server: { ...session.server },
  ...(session.instructions !== undefined && { instructions: session.instructions }),
  capabilities: { ...session.capabilities },
})

const toTool = ({ needsTask: _, ...tool }: McpTool) => tool
