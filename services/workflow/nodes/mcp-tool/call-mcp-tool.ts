import { AppError } from '#shared/errors/app-error.ts'
import { IDEMPOTENCY_HEADER, toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { compileJsonSchema } from '#shared/json-schema/compile-json-schema.ts'
import type { McpCallResult, McpSession, RequestLimits } from '#shared/mcp/mcp-session.ts'
import type { McpTool } from '#shared/mcp/mcp-tool.ts'
import { openSession } from '#shared/mcp/open-session.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { type WireResult, wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'

/** Key of the call's `_meta`, for servers that do not see headers. */
const META_KEY = 'orrery/idempotency-key'

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
  const limits = { signal: AbortSignal.any([call.signal, deadline]), timeoutMs: call.timeoutMs }
  let isCalling = false
  const step = async <Result>(failure: WireResult, work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      call.signal.throwIfAborted()
      if (error instanceof NodeError) throw error
      const isLate = deadline.aborted || (error instanceof AppError && error.code === 'MCP_TIMEOUT')
      const reason = isLate ? `no answer within ${call.timeoutMs / 1000} s` : reasonOf(error)
      throw new NodeError(failure, `${call.url.origin}${call.url.pathname}: ${reason}`, { cause: error })
    }
  }

  const opened = openSession({
    target: { transport: 'auto', url: call.url.href, headers: Object.fromEntries(call.headers) },
    outbound: call.outbound,
    limits,
    // With the tool's call and with nothing else, so that a server may answer a repeated call from memory.
    extraHeaders: () => (isCalling ? { [IDEMPOTENCY_HEADER]: toIdempotencyHeader(call.idempotencyKey) } : {}),
  })
  const session = await step(wireCodes.TOOL_CONNECTION_FAILED, opened)
  try {
    const tool = await step(wireCodes.TOOL_CONNECTION_FAILED, findTool(session, call.toolName, limits))
    const fault = compileJsonSchema(tool.inputSchema)(call.values)
    if (fault !== undefined)
      throw new NodeError(wireCodes.TOOL_SCHEMA_INVALID, `arguments of ${call.toolName}: ${fault}`)
    isCalling = true
    const request = { name: call.toolName, arguments: call.values, meta: { [META_KEY]: call.idempotencyKey } }
    return toResult(call, await step(wireCodes.TOOL_EXECUTION_FAILED, session.callTool(request, limits)))
  } finally {
    isCalling = false
    const closed = session.close()
    // A server that did not answer in time is not waited for once more.
    if (!limits.signal.aborted) await closed
  }
}

const findTool = async (session: McpSession, name: string, limits: RequestLimits): Promise<McpTool> => {
  const tools = await session.listTools(limits)
  const tool = tools.find((candidate) => candidate.name === name)
  if (tool) return tool
  const names = tools.map((candidate) => candidate.name).join(', ') || 'none'
  throw new NodeError(wireCodes.TOOL_NOT_FOUND, `the server has no tool ${name}; it has: ${names}`)
}

const toResult = (call: McpCall, { content, structuredContent, isError, structureFault }: McpCallResult): McpResult => {
  if (structureFault !== undefined)
    throw new NodeError(
      wireCodes.TOOL_EXECUTION_FAILED,
      `${call.toolName} answered against its schema: ${structureFault}`,
    )
  const texts = content.filter(({ type }) => type === 'text').map(({ text }) => String(text))
  return {
    content: texts.join('\n'),
    ...(structuredContent && { structured: structuredContent }),
    isError,
    blocks: content,
  }
}

const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return `${error.message} ${error.remedy ?? ''}`.trim()
  return error instanceof Error ? error.message : String(error)
}
