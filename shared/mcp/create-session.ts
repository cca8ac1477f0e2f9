import type { Client } from '@modelcontextprotocol/sdk/client/index.js'
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js'
import { type ClientRequest, type CompleteResult, ResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { McpAnswerInvalidError, McpTimeoutError } from './errors.ts'
import { listPages } from './list-pages.ts'
import type { McpCall, McpSession, RequestLimits } from './mcp-session.ts'
import { isObject, type McpTool, readTool } from './mcp-tool.ts'
import { readResult } from './read-result.ts'
import { runTask } from './run-task.ts'
import { toSessionError } from './session-errors.ts'
import { createToolCache } from './tool-cache.ts'

/** A server that did not answer in time is asked whether it is there at all. */
const PROBE_MS_MAX = 5_000

export interface SessionParts {
  /** How messages name the server. */
  name: string
  /** Connected. */
  client: Client
  transport: McpSession['transport']
  pid: number | undefined
  protocolVersion: string | undefined
  /** Why the session is over, as far as the transport knows. */
  ending(): string | undefined
  /** Is told when what the server lists changed. */
  onToolsChanged(listener: () => void): void
  close(reason: string): Promise<void>
}

type JsonObject = Record<string, unknown>

/** The requests of a connected client, with bounded lists and results that are read leniently. */
export const createSession = (parts: SessionParts): McpSession => {
  const { client, name } = parts
  const capabilities = client.getServerCapabilities() ?? {}

  const guard = async <Result>(limits: RequestLimits, work: () => Promise<Result>): Promise<Result> => {
    limits.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      limits.signal.throwIfAborted()
      const failure = toSessionError(name, limits.timeoutMs, error)
      if (failure instanceof McpTimeoutError) void probe()
      throw failure
    }
  }
  const probe = async (): Promise<void> => {
    await client.ping({ timeout: PROBE_MS_MAX }).catch(() => parts.close('it answers nothing'))
  }
  const ask = async (request: ClientRequest, options: RequestOptions): Promise<JsonObject> =>
    (await client.request(request, ResultSchema, options)) as JsonObject
  const list = async (method: ListMethod, key: string, options: RequestOptions): Promise<unknown[]> =>
    listPages(name, async (cursor) => {
      const answer = await ask({ method, params: cursor === undefined ? {} : { cursor } }, options)
      const entries = answer[key]
      if (!Array.isArray(entries)) throw new McpAnswerInvalidError(name, `${method} without ${key}`)
      return { entries, nextCursor: typeof answer.nextCursor === 'string' ? answer.nextCursor : undefined }
    })
  const listObjects = (method: ListMethod, key: string) => (limits: RequestLimits) =>
    guard(limits, async () => (await list(method, key, toOptions(limits))).filter(isObject))

  const tools = createToolCache({
    tellsChanges: capabilities.tools?.listChanged === true,
    // Asked for everybody who waits, so one of them that leaves does not end it.
    ask: async () => {
      if (!capabilities.tools) return []
      return (await list('tools/list', 'tools', { timeout: LIST_MS_MAX }))
        .map(readTool)
        .filter((tool) => tool !== undefined)
    },
  })
  parts.onToolsChanged(tools.forget)

  const call = async (request: McpCall, limits: RequestLimits, tool: McpTool | undefined) => {
    const params = {
      name: request.name,
      arguments: { ...request.arguments },
      ...(request.meta && { _meta: { ...request.meta } }),
    }
    const options = { ...toOptions(limits), ...(request.onProgress && { onprogress: request.onProgress }) }
    if (tool?.needsTask) return runTask(client, params, options)
    return ask({ method: 'tools/call', params }, options)
  }

  return {
    server: client.getServerVersion() ?? { name: 'unknown', version: '' },
    instructions: client.getInstructions(),
    protocolVersion: parts.protocolVersion,
    capabilities,
    transport: parts.transport,
    pid: parts.pid,
    get ending() {
      return parts.ending()
    },
    listTools: (limits) => guard(limits, () => withLimits(tools.read(), name, limits)),
    callTool: (request, limits) =>
      guard(limits, async () => {
        // Whether a tool must run as a task is only told by the list.
        if (capabilities.tasks?.requests?.tools?.call) await withLimits(tools.read(), name, limits)
        const tool = tools.peek(request.name)
        return readResult(name, await call(request, limits, tool), tool)
      }),
    listResources: listObjects('resources/list', 'resources'),
    listResourceTemplates: listObjects('resources/templates/list', 'resourceTemplates'),
    readResource: (uri, limits) =>
      guard(limits, async () => {
        const { contents } = await ask({ method: 'resources/read', params: { uri } }, toOptions(limits))
        return Array.isArray(contents) ? contents.filter(isObject) : []
      }),
    subscribe: (uri, limits) => guard(limits, () => client.subscribeResource({ uri }, toOptions(limits)).then(nothing)),
    unsubscribe: (uri, limits) =>
      guard(limits, () => client.unsubscribeResource({ uri }, toOptions(limits)).then(nothing)),
    listPrompts: listObjects('prompts/list', 'prompts'),
    getPrompt: (prompt, values, limits) =>
      guard(limits, () =>
        ask({ method: 'prompts/get', params: { name: prompt, arguments: values } }, toOptions(limits)),
      ),
    complete: (ref, argument, limits) =>
      guard(limits, async (): Promise<CompleteResult['completion']> => {
        return (await client.complete({ ref, argument }, toOptions(limits))).completion
      }),
    setLogLevel: (level, limits) => guard(limits, () => client.setLoggingLevel(level, toOptions(limits)).then(nothing)),
    ping: (limits) => guard(limits, () => client.ping(toOptions(limits)).then(nothing)),
    close: () => parts.close('the session was closed'),
  }
}

type ListMethod = 'tools/list' | 'resources/list' | 'resources/templates/list' | 'prompts/list'

/** For one page of a list that several may wait for. */
const LIST_MS_MAX = 60_000

const nothing = (): void => undefined

const toOptions = ({ timeoutMs, signal }: RequestLimits): RequestOptions => ({
  signal,
  timeout: timeoutMs,
  maxTotalTimeout: timeoutMs,
})

/** Waits for what others wait for too, no longer than this caller may. */
const withLimits = <Result>(work: Promise<Result>, server: string, limits: RequestLimits): Promise<Result> =>
  new Promise<Result>((resolve, reject) => {
    const late = setTimeout(() => reject(new McpTimeoutError(server, limits.timeoutMs)), limits.timeoutMs)
    const leave = () => reject(limits.signal.reason)
    limits.signal.addEventListener('abort', leave, { once: true })
    const end = () => {
      clearTimeout(late)
      limits.signal.removeEventListener('abort', leave)
    }
    work.then(resolve, reject).finally(end)
  })
