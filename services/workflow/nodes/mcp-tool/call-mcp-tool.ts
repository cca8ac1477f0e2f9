import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { AppError } from '#shared/errors/app-error.ts'
import { toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { compileJsonSchema } from '#shared/json-schema/compile-json-schema.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { type WireResult, wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import { createGuardedFetch } from './guarded-fetch.ts'

const CLIENT = { name: 'orrery', version: '1' }
/** Key of the call's `_meta`, for servers that do not see headers. */
const META_KEY = 'orrery/idempotency-key'
const TOOL_PAGES_MAX = 50
/** Answers to a first POST by which a server says that it speaks the older SSE transport (MCP 2025-06-18, "Backwards compatibility"). */
const OLDER_TRANSPORT_STATUSES = new Set([400, 404, 405])

export interface McpCall {
  url: URL
  headers: Headers
  toolName: string
  values: Readonly<Record<string, unknown>>
  idempotencyKey: string
  outbound: OutboundGuard
  timeoutMs: number
  signal: AbortSignal
}

export interface McpResult {
  /** The text blocks, joined by line breaks. */
  content: string
  structured?: Record<string, unknown>
  isError: boolean
  /** All content as the server sent it: texts, images, audio, resources. */
  blocks: Record<string, unknown>[]
}

/** Opens a session, checks the arguments by the tool's own schema, calls it and closes the session. Throws NodeError. */
export const callMcpTool = async (call: McpCall): Promise<McpResult> => {
  const deadline = AbortSignal.timeout(call.timeoutMs)
  const tooLarge = new AbortController()
  const signal = AbortSignal.any([call.signal, deadline, tooLarge.signal])
  let isCalling = false
  const guardedFetch = createGuardedFetch({
    outbound: call.outbound,
    idempotencyKey: () => (isCalling ? toIdempotencyHeader(call.idempotencyKey) : undefined),
    onTooLarge: (error) => tooLarge.abort(error),
    signal,
  })
  const limits = { signal, timeout: call.timeoutMs, maxTotalTimeout: call.timeoutMs }
  const step = async <Result>(failure: WireResult, work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      call.signal.throwIfAborted()
      if (error instanceof NodeError) throw error
      const reason = deadline.aborted
        ? `no answer within ${call.timeoutMs / 1000} s`
        : reasonOf(tooLarge.signal.reason ?? error)
      throw new NodeError(failure, `${call.url.origin}${call.url.pathname}: ${reason}`, { cause: error })
    }
  }

  const session = await step(wireCodes.TOOL_CONNECTION_FAILED, connect(call, guardedFetch, limits))
  try {
    const tool = await step(wireCodes.TOOL_CONNECTION_FAILED, findTool(session.client, call.toolName, limits))
    const fault = compileJsonSchema(tool.inputSchema)(call.values)
    if (fault !== undefined)
      throw new NodeError(wireCodes.TOOL_SCHEMA_INVALID, `arguments of ${call.toolName}: ${fault}`)
    isCalling = true
    const asked = session.client.callTool(
      { name: call.toolName, arguments: call.values, _meta: { [META_KEY]: call.idempotencyKey } },
      undefined,
      limits,
    )
    return toResult(await step(wireCodes.TOOL_EXECUTION_FAILED, asked))
  } finally {
    isCalling = false
    await session.close()
  }
}

type GuardedFetch = ReturnType<typeof createGuardedFetch>
type Limits = { signal: AbortSignal; timeout: number }

interface Session {
  client: Client
  close(): Promise<void>
}

const connect = async (call: McpCall, guardedFetch: GuardedFetch, limits: Limits): Promise<Session> => {
  const requestInit = { headers: Object.fromEntries(call.headers) }
  const client = createClient()
  const transport = new StreamableHTTPClientTransport(call.url, { fetch: guardedFetch, requestInit })
  try {
    // The library's types do not say that an absent session id is undefined.
    await client.connect(transport as Parameters<Client['connect']>[0], limits)
    return {
      client,
      async close() {
        if (!limits.signal.aborted) await transport.terminateSession().catch(() => undefined)
        await client.close()
      },
    }
  } catch (error) {
    await client.close()
    if (!(error instanceof StreamableHTTPError && OLDER_TRANSPORT_STATUSES.has(error.code ?? 0))) throw error
  }
  const older = createClient()
  try {
    await older.connect(new SSEClientTransport(call.url, { fetch: guardedFetch, requestInit }), limits)
    return { client: older, close: () => older.close() }
  } catch (error) {
    await older.close()
    throw error
  }
}

/** Schemas of servers are read as flows' schemas are: keywords that could run for ever are not applied. */
const createClient = (): Client =>
  new Client(CLIENT, {
    capabilities: {},
    jsonSchemaValidator: {
      getValidator: <T>(schema: object) => {
        const check = compileJsonSchema(schema as Record<string, unknown>)
        return (value: unknown) => {
          const fault = check(value)
          return fault === undefined
            ? { valid: true as const, data: value as T, errorMessage: undefined }
            : { valid: false as const, data: undefined, errorMessage: fault }
        }
      },
    },
  })

const findTool = async (client: Client, name: string, limits: Limits) => {
  const names: string[] = []
  let cursor: string | undefined
  for (let page = 0; page < TOOL_PAGES_MAX; page += 1) {
    const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor }, limits)
    const tool = tools.find((candidate) => candidate.name === name)
    if (tool) return tool
    names.push(...tools.map((candidate) => candidate.name))
    if (nextCursor === undefined) break
    cursor = nextCursor
  }
  throw new NodeError(wireCodes.TOOL_NOT_FOUND, `the server has no tool ${name}; it has: ${names.join(', ') || 'none'}`)
}

const toResult = (answer: Awaited<ReturnType<Client['callTool']>>): McpResult => {
  const blocks = (Array.isArray(answer.content) ? answer.content : []) as Record<string, unknown>[]
  const texts = blocks.filter(({ type }) => type === 'text').map(({ text }) => String(text))
  const structured = answer.structuredContent as Record<string, unknown> | undefined
  return {
    content: texts.join('\n'),
    ...(structured && { structured }),
    isError: answer.isError === true,
    blocks,
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return `${error.message} ${error.remedy ?? ''}`.trim()
  return error instanceof Error ? error.message : String(error)
}
