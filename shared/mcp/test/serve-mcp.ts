import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js'

export interface McpServerOptions {
  /** Pages of tools. */
  tools: Tool[][]
  call(request: { name: string; arguments: unknown; meta: unknown }): CallToolResult | Promise<CallToolResult>
}

const createMcpServer = (options: McpServerOptions): Server => {
  const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const page = Number(params?.cursor ?? 0)
    const next = page + 1 < options.tools.length ? { nextCursor: String(page + 1) } : {}
    return { tools: options.tools[page] ?? [], ...next }
  })
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) =>
    options.call({ name: params.name, arguments: params.arguments, meta: params._meta }),
  )
  return server
}

/** An MCP server over streamable HTTP with sessions, for tests. */
export const serveMcp = (options: McpServerOptions) => {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const requests: { method: string; headers: Headers; rpc: string | undefined }[] = []
  const open = async (): Promise<WebStandardStreamableHTTPServerTransport> => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => Bun.randomUUIDv7(),
      onsessioninitialized: (id) => {
        sessions.set(id, transport)
      },
      onsessionclosed: (id) => {
        sessions.delete(id)
      },
    })
    await createMcpServer(options).connect(transport as Parameters<Server['connect']>[0])
    return transport
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const text = await request.clone().text()
      const rpc = text === '' ? undefined : (JSON.parse(text) as { method?: string }).method
      requests.push({ method: request.method, headers: request.headers, rpc })
      const transport = sessions.get(request.headers.get('mcp-session-id') ?? '') ?? (await open())
      return transport.handleRequest(request)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/mcp`,
    requests,
    sessions,
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

/** An MCP server that speaks only the older SSE transport, for tests. */
export const serveMcpOverSse = async (options: McpServerOptions) => {
  const sessions = new Map<string, SSEServerTransport>()
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://test')
    if (request.method === 'GET' && pathname === '/mcp') {
      const transport = new SSEServerTransport('/messages', response)
      sessions.set(transport.sessionId, transport)
      await createMcpServer(options).connect(transport)
      return
    }
    const transport = sessions.get(searchParams.get('sessionId') ?? '')
    if (request.method === 'POST' && pathname === '/messages' && transport) {
      await transport.handlePostMessage(request, response)
      return
    }
    response.writeHead(pathname === '/mcp' ? 405 : 404).end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
