import { IDEMPOTENCY_HEADER, toIdempotencyHeader } from '#shared/http/idempotency-header.ts'
import { SourceError } from '../errors.ts'
import type { LinkMessage } from '../toolbox/link-message.ts'
import { type LinkTool, readLinkDocument } from '../toolbox/read-link-document.ts'
import { isFields } from '../wire/read-fields.ts'
import type { GatewayClient } from './gateway-client.ts'

/** Milliseconds. */
const LIMITS = { documentMsMax: 20_000, callMsMax: 40_000 }

export interface ToolVersion {
  toolId: string
  version: string
}

export interface LinkCall extends ToolVersion {
  appId: string
  uid: string
  operationId: string
  message: LinkMessage
  idempotencyKey: string
  signal: AbortSignal
}

/** The link service's tools as agents use them. Every method throws SourceError, or the reason of its signal. */
export interface LinkClient {
  /** The operations of each version, in the order asked for. None are asked for without a call. One that is missing fails them all. */
  operationsOf(tools: readonly ToolVersion[], asked: { appId: string; signal: AbortSignal }): Promise<LinkTool[][]>
  /** The whole reply, whatever its code. */
  run(call: LinkCall): Promise<unknown>
}

export const createLinkClient = (gateway: GatewayClient, limits = LIMITS): LinkClient => ({
  async operationsOf(tools, { appId, signal }) {
    if (tools.length === 0) return []
    const query = new URLSearchParams({ app_id: appId })
    for (const { toolId, version } of tools) {
      query.append('tool_ids', toolId)
      query.append('versions', version)
    }
    const path = `/api/v1/tools/versions?${query}` as const
    const answer = await gateway.ask({ method: 'GET', path, appId, msMax: limits.documentMsMax, signal })
    const found = documentsIn(answer)
    return tools.map(({ toolId, version }) => {
      const document = found.find((tool) => tool.id === toolId && (tool.version ?? version) === version)
      if (!document) throw new SourceError('refused', `${toolId} ${version} does not exist.`)
      return readLinkDocument(parseDocument(document.schema, `${toolId} ${version}`))
    })
  },

  async run({ appId, uid, toolId, version, operationId, message, idempotencyKey, signal }) {
    return gateway.ask({
      method: 'POST',
      path: '/api/v1/tools/http_run',
      appId,
      headers: { [IDEMPOTENCY_HEADER]: toIdempotencyHeader(idempotencyKey) },
      body: {
        header: { app_id: appId, uid },
        parameter: { tool_id: toolId, operation_id: operationId, version },
        payload: { message },
      },
      msMax: limits.callMsMax,
      signal,
    })
  },
})

const documentsIn = (answer: unknown): Record<string, unknown>[] => {
  if (!isFields(answer)) throw new SourceError('unreadable', 'The tools cannot be read.')
  if (answer.code !== 0) throw new SourceError('refused', `${answer.code} ${answer.message}`)
  const tools = isFields(answer.data) ? answer.data.tools : undefined
  return Array.isArray(tools) ? tools.filter(isFields) : []
}

const parseDocument = (text: unknown, name: string): Record<string, unknown> => {
  try {
    const document: unknown = JSON.parse(String(text))
    if (isFields(document)) return document
  } catch {
    // told below
  }
  throw new SourceError('unreadable', `The document of ${name} cannot be read.`)
}
