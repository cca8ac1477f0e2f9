import { AppError } from '#shared/errors/app-error.ts'
import { FlowProtocolError } from '../../definition/flow-protocol-error.ts'
import { wireCodes } from '../../definition/wire-codes.ts'
import { NodeError } from '../../engine/node-error.ts'
import type { NodeExecution } from '../../engine/node-execution.ts'
import { TemplateIndexError } from '../../templates/render-template.ts'
import { defineNodeKind } from '../node-kind.ts'
import { readResponse } from './read-response.ts'
import { httpRequestParameters, isSafe } from './request-parameters.ts'
import { createRequestTemplate, type RequestTemplate } from './request-template.ts'

const SECOND_MS = 1000
const BODY_SHOWN_MAX = 500

/**
 * Calls an address through the outbound guard. Outputs: `status`, `headers`, `body`, and `json` when the body is JSON. A status of any kind is a result
 * unless `failOnStatus` is set; everything that keeps a response from coming is the wire's 22302, the general code of nodes.
 */
export const httpRequestNode = defineNodeKind({
  type: 'http-request',
  handlesErrors: true,
  parameters: httpRequestParameters,
  build({ id, inputNames }, parameters) {
    const request = readTemplate(id, () => createRequestTemplate(parameters, inputNames))
    return {
      role: 'task',
      branches: false,
      effect: isSafe(parameters.method) ? 'none' : 'external',
      streams: {},
      timeout: { limits: 'whole', result: wireCodes.NODE_RUN_FAILED },
      failure: wireCodes.NODE_RUN_FAILED,
      async execute(execution) {
        const { url, init } = render(request, execution)
        const deadline = AbortSignal.timeout(parameters.timeoutSeconds * SECOND_MS)
        const signal = AbortSignal.any([execution.signal, deadline])
        const redirect = parameters.followRedirects ? 'follow' : 'manual'
        try {
          const response = await execution.services.outbound.fetch(url.href, { ...init, redirect, signal })
          const result = await readResponse(response, parameters.responseBytesMax)
          if (parameters.failOnStatus && !response.ok) {
            throw new NodeError(
              wireCodes.NODE_RUN_FAILED,
              `${init.method} ${shown(url)} answered ${result.status}: ${result.body.slice(0, BODY_SHOWN_MAX)}`,
            )
          }
          return { variables: result }
        } catch (error) {
          execution.signal.throwIfAborted()
          if (error instanceof NodeError) throw error
          const reason = deadline.aborted ? `no answer within ${parameters.timeoutSeconds} s` : reasonOf(error)
          throw new NodeError(wireCodes.NODE_RUN_FAILED, `${init.method} ${shown(url)}: ${reason}`, { cause: error })
        }
      },
    }
  },
})

/** Without its query and fragment: keys travel there. */
const shown = ({ origin, pathname }: URL): string => `${origin}${pathname}`

const reasonOf = (error: unknown): string => {
  if (error instanceof AppError) return `${error.message} ${error.remedy ?? ''}`.trim()
  return error instanceof Error ? error.message : String(error)
}

const readTemplate = (nodeId: string, read: () => RequestTemplate): RequestTemplate => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new FlowProtocolError(`node ${nodeId}, nodeParam ${error.message}`)
  }
}

const render = (request: RequestTemplate, { inputs, idempotencyKey }: NodeExecution) => {
  try {
    return request.render(inputs, idempotencyKey)
  } catch (error) {
    if (error instanceof TemplateIndexError) throw error
    throw new NodeError(wireCodes.NODE_RUN_FAILED, error instanceof Error ? error.message : String(error), {
      cause: error,
    })
  }
}
