import { type AuthorisedCall, authoriseCall } from '../credentials/authorise-call.ts'
import type { LinkDependencies } from '../dependencies.ts'
import { OperationNotFoundError, ToolDisabledError, ToolNotFoundError } from '../errors.ts'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { readOperationOf } from '../openapi/read-operations.ts'
import { buildRequest } from '../requests/build-request.ts'
import type { CallValues } from '../requests/call-values.ts'
import { sendRequest, type ToolResponse } from '../requests/send-request.ts'
import { INSTALLATION, type ToolRow } from '../tables.ts'
import { type CallAnswer, callOperation, passKeyOn } from './call-operation.ts'
import type { ToolAccess } from './tool-access.ts'

/** An operation that may be run, with all that it takes. */
export interface FoundOperation {
  readonly tool: ToolRow
  readonly document: Json
  readonly operation: ToolOperation
}

export interface OperationCall {
  readonly values: CallValues
  /** The caller's `Idempotency-Key`. */
  readonly idempotencyKey: string | undefined
  readonly signal: AbortSignal
}

/** Methods that change nothing (RFC 9110, section 9.2.1): repeating them costs less than keeping their answers. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const UNAUTHORISED = 401

/**
 * Finds an operation of a tool that the caller may run; of the newest version when none is named.
 * @throws ToolNotFoundError, ToolDisabledError, OperationNotFoundError, and what reading an operation throws
 */
export const findRunnable = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  wanted: { toolId: string; version: string | undefined; operationId: string },
): Promise<FoundOperation> => {
  const { toolId, version, operationId } = wanted
  const found = await dependencies.tools.findVersion(access, toolId, version)
  if (!found) throw new ToolNotFoundError(toolId, version)
  if (!found.tool.enabled) throw new ToolDisabledError(toolId)
  const document = dependencies.loadDocument(found.version)
  const operation = readOperationOf(document, operationId, found.tool.serverChoices)
  if (!operation) throw new OperationNotFoundError(toolId, operationId)
  return { tool: found.tool, document, operation }
}

/**
 * Calls an operation with the caller's credentials for it. A call that changes something and comes with a key is made once, see CallOnce.
 * @throws CallInvalidError and its like, LINK_CREDENTIAL_…, OUTBOUND_…, ToolFailedError, AnswerMismatchError
 */
export const runOperation = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  { found, call }: { found: FoundOperation; call: OperationCall },
): Promise<CallAnswer> => {
  const make = (signal: AbortSignal) =>
    dependencies.linkMetrics.measure('openapi', () =>
      callOperation(found.document, found.operation, () =>
        send(dependencies, access, { found, call: { ...call, signal } }),
      ),
    )
  const { idempotencyKey } = call
  if (idempotencyKey === undefined || SAFE.has(found.operation.method)) return make(call.signal)
  const asked = [access.appId ?? INSTALLATION, idempotencyKey, found.tool.toolId, found.operation, call.values]
  return dependencies.callOnce(hashOf(asked), make, call.signal)
}

const hashOf = (parts: readonly unknown[]): string =>
  new Bun.CryptoHasher('sha256').update(JSON.stringify(parts)).digest('hex')

const send = async (
  dependencies: LinkDependencies,
  access: ToolAccess,
  { found, call }: { found: FoundOperation; call: OperationCall },
): Promise<ToolResponse> => {
  const { tool, document, operation } = found
  const caller = access.appId ?? tool.ownerAppId
  // What root bound to a tool of the installation is for everybody who may run it; an app's own stands over it.
  const owners = tool.ownerAppId === INSTALLATION ? [INSTALLATION, caller] : [caller]
  const rows = await dependencies.credentials.findBound([...new Set(owners)], tool.toolId)
  const bound = rows.toSorted(
    (one, other) => Number(one.binding.ownerAppId === caller) - Number(other.binding.ownerAppId === caller),
  )

  const attempt = async (): Promise<{ response: ToolResponse; authorised: AuthorisedCall }> => {
    const request = buildRequest(document, operation, call.values)
    passKeyOn(request, call.idempotencyKey)
    const authorised = await authoriseCall(dependencies, request, {
      toolId: tool.toolId,
      document,
      operation,
      bound,
      nowMs: Date.now(),
    })
    const { credentialHeaders } = authorised
    return {
      response: await sendRequest(dependencies.outbound, request, { signal: call.signal, credentialHeaders }),
      authorised,
    }
  }

  const { response, authorised } = await attempt()
  // A token may have been withdrawn before its time: one more try with a new one.
  return response.status === UNAUTHORISED && authorised.refused() ? (await attempt()).response : response
}
