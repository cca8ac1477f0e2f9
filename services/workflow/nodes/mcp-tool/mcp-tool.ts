import { Type } from '@sinclair/typebox'
import { FlowProtocolError } from '../../definition/flow-protocol-error.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { NodeExecution } from '../../engine/node-execution.ts'
import { checkHeaderName } from '../../templates/header-name.ts'
import { renderTemplate, TemplateIndexError } from '../../templates/render-template.ts'
import { parseTemplate, type TemplatePart } from '../../templates/template.ts'
import { parseUrlTemplate, renderUrl } from '../../templates/url-template.ts'
import { defineNodeKind } from '../node-kind.ts'

const SECOND_MS = 1000
const TIMEOUT_SECONDS_DEFAULT = 60
const TIMEOUT_SECONDS_MAX = 280
const HEADERS_MAX = 50

interface CallTemplate {
  readonly url: readonly TemplatePart[]
  readonly headers: readonly { readonly name: string; readonly value: readonly TemplatePart[] }[]
}

/**
 * Calls one tool of an MCP server over streamable HTTP, or over SSE where a server speaks only that. Inputs are the arguments. Outputs: `content` (its texts),
 * `structured`, `isError`, and `blocks` (all content as it came). Servers that are programs (stdio) are not offered: a flow's author could start anything on
 * this host. Codes are those of tools (21803, 21808, 21810, 21811).
 */
export const mcpToolNode = defineNodeKind({
  type: 'mcp-tool',
  handlesErrors: true,
  parameters: Type.Object({
    serverUrl: Type.String({ minLength: 1 }),
    toolName: Type.String({ minLength: 1 }),
    headers: Type.Array(Type.Object({ name: Type.String({ minLength: 1 }), value: Type.String() }), {
      default: [],
      maxItems: HEADERS_MAX,
    }),
    /** Limit of the whole exchange. */
    timeoutSeconds: Type.Number({
      default: TIMEOUT_SECONDS_DEFAULT,
      exclusiveMinimum: 0,
      maximum: TIMEOUT_SECONDS_MAX,
    }),
    /** Whether an error that the tool tells of fails the node. */
    failOnError: Type.Boolean({ default: false }),
  }),
  build({ id, inputNames }, parameters) {
    const { toolName, timeoutSeconds, failOnError } = parameters
    const template = readTemplate(id, parameters, inputNames)
    return {
      role: 'task',
      branches: false,
      effect: 'external',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.TOOL_EXECUTION_FAILED,
      async execute(execution) {
        const { inputs, idempotencyKey, services, signal } = execution
        const { url, headers } = render(template, inputs)
        // Loaded with the first call: the library takes longer to load than all the rest of a worker.
        const { callMcpTool } = await import('./call-mcp-tool.ts')
        const result = await callMcpTool({
          url,
          headers,
          toolName,
          values: inputs,
          idempotencyKey,
          outbound: services.outbound,
          timeoutMs: timeoutSeconds * SECOND_MS,
          signal,
        })
        if (result.isError && failOnError) throw new NodeError(wireCodes.TOOL_EXECUTION_FAILED, result.content)
        return { variables: { ...result } }
      },
    }
  },
})

const readTemplate = (
  nodeId: string,
  parameters: { serverUrl: string; headers: readonly { name: string; value: string }[] },
  inputNames: ReadonlySet<string>,
): CallTemplate => {
  let field = '/serverUrl'
  try {
    const url = parseUrlTemplate(parameters.serverUrl, inputNames)
    field = '/headers'
    for (const { name } of parameters.headers) checkHeaderName(name)
    return {
      url,
      headers: parameters.headers.map(({ name, value }) => ({ name, value: parseTemplate(value, inputNames) })),
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new FlowProtocolError(`node ${nodeId}, nodeParam ${field}: ${error.message}`)
  }
}

const render = (template: CallTemplate, values: NodeExecution['inputs']): { url: URL; headers: Headers } => {
  try {
    const headers = new Headers()
    for (const { name, value } of template.headers) headers.set(name, renderTemplate(value, values, 'json'))
    return { url: renderUrl(template.url, values), headers }
  } catch (error) {
    if (error instanceof TemplateIndexError) throw error
    const detail = error instanceof Error ? error.message : String(error)
    throw new NodeError(wireCodes.TOOL_CONNECTION_FAILED, detail, { cause: error })
  }
}
