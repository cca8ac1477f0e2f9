import type { Logger } from '#shared/logging/logger.ts'
import type { OpenApiDocument } from './openapi/open-api-document.ts'

export interface ConsoleDependencies {
  logger: Logger
  /** The file at a path of the pages, as a response. @throws AssetNotFoundError */
  serveAsset(path: string, requestHeaders: Headers): Promise<Response>
  /** The merged OpenAPI document. */
  apiDocument(): Promise<OpenApiDocument>
}
