/** The only file of this service that other services may import. Types only. */
export type { OpenApiDocument } from './openapi/open-api-document.ts'
