/** The parts of an OpenAPI 3.0 document (spec.openapis.org/oas/v3.0.3) that merging touches. */
export interface OpenApiDocument {
  openapi: string
  info: { title: string; description?: string; version: string }
  tags?: { name: string; description?: string }[]
  paths: Record<string, PathItem>
  components?: Record<string, Record<string, unknown>>
  security?: Record<string, string[]>[]
  [extension: `x-${string}`]: unknown
}

export type PathItem = Record<string, unknown>

export interface Operation {
  operationId?: string
  tags?: string[]
  summary?: string
  security?: Record<string, string[]>[]
  responses?: Record<string, unknown>
  [field: string]: unknown
}

/** The members of a path item that are operations. */
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
