import type { Json } from './json-values.ts'

export type Place = 'path' | 'query' | 'header' | 'cookie'
export type Style = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject'

export interface ToolParameter {
  readonly name: string
  readonly place: Place
  readonly required: boolean
  readonly description: string
  /** May hold references into the document. */
  readonly schema: Json
  /** Set when the value is one document of this type, rather than laid out by `style`. */
  readonly mediaType: string | undefined
  readonly style: Style
  readonly explode: boolean
  readonly allowReserved: boolean
}

export interface ToolContent {
  readonly mediaType: string
  readonly schema: Json
  /** Encoding objects by property. */
  readonly encoding: Json
}

export interface ToolBody {
  readonly required: boolean
  readonly description: string
  readonly contents: readonly ToolContent[]
}

export interface ToolAnswer {
  /** `200`, `2XX` or `default`. */
  readonly status: string
  readonly contents: readonly ToolContent[]
}

/** One operation of a document, with all that a call of it takes. Its schemas may hold references into the document. */
export interface ToolOperation {
  readonly operationId: string
  /** Upper case. */
  readonly method: string
  /** With its templates: `/pets/{petId}`. */
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly deprecated: boolean
  /** Base URL of the server that was chosen, or of the first, with the values of its variables; undefined when none is told. May be relative. */
  readonly server: string | undefined
  readonly parameters: readonly ToolParameter[]
  readonly body: ToolBody | undefined
  /** Alternatives, each a set of schemes that are needed together; none at all when no credentials are asked for. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly answers: readonly ToolAnswer[]
}

export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const
