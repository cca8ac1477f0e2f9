import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { IDEMPOTENCY_HEADER, toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { sendPatiently } from '#shared/http/send-patiently.ts'
import type { ToolCall, ToolMessage, ToolSource } from '../engine/flow-services.ts'
import { ToolCallError } from '../errors.ts'
import type { ToolSchemaCache } from './tool-schema-cache.ts'

/** The hub's code for a document that cannot be read. */
const OPENAPI_INVALID = 30_300
const TOOL_NOT_FOUND = 30_500

const Versions = Type.Object({
  code: Type.Integer(),
  message: Type.String(),
  data: Type.Optional(
    Type.Object({ tools: Type.Optional(Type.Array(Type.Object({ id: Type.String(), schema: Type.String() }))) }),
  ),
})
const Ran = Type.Object({
  header: Type.Object({ code: Type.Integer(), message: Type.String() }),
  payload: Type.Optional(Type.Object({ text: Type.Optional(Type.Object({ text: Type.String() })) })),
})
/** What the gateway says when it has no worker to ask. */
const Problem = Type.Object({ detail: Type.String() })

/**
 * Speaks the tool hub's wire through the gateway's internal socket.
 * @param options.appId whose tools may be used: the app that owns the flow, because its author chose them
 */
export const createToolClient = (options: {
  gatewayPath: string
  appId: string
  schemas: ToolSchemaCache
}): ToolSource => {
  const { appId, schemas } = options

  const ask = async <Schema extends TSchema>(
    schema: Schema,
    path: string,
    init: RequestInit & { signal: AbortSignal },
  ): Promise<Static<Schema>> => {
    const { signal } = init
    try {
      const request = {
        ...init,
        unix: options.gatewayPath,
        headers: { ...init.headers, [CALLER_HEADER]: 'app', [APP_HEADER]: appId },
      }
      // What is asked changes nothing, or has a key.
      const response = await sendPatiently(() => fetch(`http://gateway/api/v1/tools/${path}`, request), signal)
      const body: unknown = await response.json().catch(() => undefined)
      if (Value.Check(schema, body)) return body
      throw new ToolCallError(`The tool hub did not answer: ${response.status} ${detailOf(body)}`)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (error instanceof ToolCallError) throw error
      throw new ToolCallError(`The tool hub did not answer: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }

  const fetchSchema = async ({ toolId, version, signal }: Parameters<ToolSource['schemaOf']>[0]) => {
    const query = new URLSearchParams({ app_id: appId, tool_ids: toolId, versions: version })
    const { code, message, data } = await ask(Versions, `versions?${query}`, { signal })
    if (code !== 0) throw new ToolCallError(message, { linkCode: code })
    const tool = data?.tools?.find(({ id }) => id === toolId)
    if (!tool) throw new ToolCallError(`${toolId} ${version} does not exist`, { linkCode: TOOL_NOT_FOUND })
    return parseDocument(tool.schema, `${toolId} ${version}`)
  }

  return {
    async schemaOf(tool) {
      const key = JSON.stringify([appId, tool.toolId, tool.version])
      const kept = schemas.get(key)
      if (kept) return kept
      const schema = await fetchSchema(tool)
      schemas.set(key, schema)
      return schema
    },
    async run(call) {
      const { header, payload } = await ask(Ran, 'http_run', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [IDEMPOTENCY_HEADER]: toIdempotencyHeader(call.idempotencyKey),
        },
        body: JSON.stringify(toWire(appId, call)),
        signal: call.signal,
      })
      if (header.code !== 0) throw new ToolCallError(header.message, { linkCode: header.code })
      return payload?.text?.text ?? ''
    },
  }
}

const detailOf = (body: unknown): string => (Value.Check(Problem, body) ? body.detail : 'with an unknown body')

const parseDocument = (text: string, tool: string): Record<string, unknown> => {
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === 'object' && document !== null) return document as Record<string, unknown>
  } catch (error) {
    throw new ToolCallError(`the document of ${tool} is no JSON`, { linkCode: OPENAPI_INVALID, cause: error })
  }
  throw new ToolCallError(`the document of ${tool} is no object`, { linkCode: OPENAPI_INVALID })
}

const toWire = (appId: string, { toolId, operationId, version, message }: ToolCall) => ({
  header: { app_id: appId },
  parameter: { tool_id: toolId, operation_id: operationId, version },
  payload: { message: encodeMessage(message) },
})

const encodeMessage = (message: ToolMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(message)
      .filter(([, values]) => Object.keys(values).length > 0)
      .map(([part, values]) => [part, Buffer.from(JSON.stringify(values)).toString('base64')]),
  )
