import { AppError } from '#shared/errors/app-error.ts'
import { authoriseCall } from '../credentials/authorise-call.ts'
import type { LinkDependencies } from '../dependencies.ts'
import { checkDocument } from '../openapi/check-document.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { parseDocument } from '../openapi/parse-document.ts'
import { readOperations } from '../openapi/read-operations.ts'
import { buildRequest } from '../requests/build-request.ts'
import { sendRequest } from '../requests/send-request.ts'
import { type CallAnswer, callOperation } from '../tools/call-operation.ts'
import { pythonText } from './python-text.ts'
import { toCallValues } from './run-values.ts'
import { LINK_CODES, WireError } from './wire-error.ts'
import type { DebugBody } from './wire-requests.ts'

/** Calls an address as an operation of a document that is not stored would be called. @throws WireError, and what calling throws */
export const debugTool = async (
  dependencies: LinkDependencies,
  { document, body, signal }: { document: Json; body: DebugBody; signal: AbortSignal },
): Promise<CallAnswer> => {
  const operation = operationFor(document, body)
  const send = async () => {
    const request = buildRequest(document, operation, toCallValues(operation, body))
    const call = { toolId: 'under test', document, operation, bound: [], nowMs: Date.now() }
    const { credentialHeaders } = await authoriseCall(dependencies, request, call)
    return sendRequest(dependencies.outbound, request, { signal, credentialHeaders })
  }
  return dependencies.linkMetrics.measure('openapi', () => callOperation(document, operation, send))
}

/** @throws WireError 30300 */
export const readDebugDocument = (text: string): Json => {
  const refuse = (faults: readonly { path: string; message: string }[]): never => {
    const reasons = pythonText(faults.map(({ path, message }) => ({ error_path: path, error_message: message })))
    throw new WireError(LINK_CODES.OPENAPI_INVALID, `debug tool: failed to validate openapi schema, reason ${reasons}`)
  }
  try {
    const document = parseDocument(text, 'json')
    const faults = checkDocument(document)
    return faults.length > 0 ? refuse(faults) : document
  } catch (error) {
    if (error instanceof AppError) return refuse([{ path: '$', message: error.message }])
    throw error
  }
}

/**
 * The operation of the document that has this method and address, at exactly that address; nothing of it but the address when the document has none like it.
 * Credentials are bound to stored tools alone, so none are asked for.
 */
const operationFor = (document: Json, { server, method }: DebugBody): ToolOperation => {
  const [, base = server, path = '', query = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?/i.exec(server) ?? []
  const candidates = readOperations(document).operations.filter((operation) => operation.method === method)
  const known =
    candidates.find((operation) => matches(operation, base + path)) ??
    (candidates.length === 1 ? candidates[0] : undefined)
  return { ...(known ?? NOTHING_KNOWN), method, path, server: base + query, security: [] }
}

const NOTHING_KNOWN: ToolOperation = {
  operationId: '',
  method: '',
  path: '',
  summary: '',
  description: '',
  deprecated: false,
  server: undefined,
  parameters: [],
  body: undefined,
  security: [],
  answers: [],
}

/** True when an address is that of an operation, its templates left as they are or filled in. */
const matches = ({ server = '', path }: ToolOperation, address: string): boolean => {
  const template = `${server.replace(/\/$/, '')}${path}`
  if (template === address) return true
  const parts = template.split('/')
  const given = address.split('/')
  return parts.length === given.length && parts.every((part, index) => part === given[index] || /\{[^{}]+\}/.test(part))
}
