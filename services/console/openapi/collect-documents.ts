import type { Logger } from '#shared/logging/logger.ts'
import type { DocumentPart } from './merge-openapi.ts'
import type { OpenApiDocument } from './open-api-document.ts'

const ANSWER_MS_MAX = 5_000

export interface Collected {
  parts: DocumentPart[]
  unavailable: { service: string; reason: string }[]
}

/**
 * Asks each service for its OpenAPI document, all at once, through the gateway's unix socket. One that does not answer in time, or with
 * something else, is named and costs the others nothing.
 */
export const collectDocuments = async (
  source: { gatewayPath: string; services: readonly string[]; logger: Logger },
  signal: AbortSignal,
): Promise<Collected> => {
  const answers = await Promise.all(
    source.services.map(async (service) => {
      try {
        return { service, document: await fetchDocument(source.gatewayPath, service, signal) }
      } catch (error) {
        source.logger.warn({ err: error, service }, 'no api document from a service')
        return { service, reason: reasonOf(error) }
      }
    }),
  )
  return {
    parts: answers.filter((answer): answer is DocumentPart => 'document' in answer),
    unavailable: answers.filter((answer): answer is Collected['unavailable'][number] => 'reason' in answer),
  }
}

const fetchDocument = async (gatewayPath: string, service: string, signal: AbortSignal): Promise<OpenApiDocument> => {
  const response = await fetch(`http://orrery/internal/${service}/openapi`, {
    unix: gatewayPath,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
  })
  if (!response.ok) throw new AnswerError(`answered with status ${response.status}`)
  const document: unknown = await response.json().catch(() => undefined)
  if (!isDocument(document)) throw new AnswerError('answered with something that is no OpenAPI document')
  return document
}

const isDocument = (value: unknown): value is OpenApiDocument =>
  typeof value === 'object' &&
  value !== null &&
  'paths' in value &&
  typeof value.paths === 'object' &&
  value.paths !== null

/** A reason that may be shown to anyone; those of the transport name sockets and stay in the log. */
class AnswerError extends Error {}

const reasonOf = (error: unknown): string => {
  if (error instanceof AnswerError) return error.message
  return error instanceof DOMException && error.name === 'TimeoutError' ? 'did not answer in time' : 'cannot be reached'
}
