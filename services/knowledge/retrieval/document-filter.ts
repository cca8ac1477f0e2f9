/** A value that a field of metadata is compared with. */
export type MetadataValue = string | number | boolean

/** What a document's metadata has to say. A field that a document does not have answers no comparison. */
export type MetadataFilter =
  | { and: MetadataFilter[] }
  | { or: MetadataFilter[] }
  | { not: MetadataFilter }
  | { field: string; equals: MetadataValue }
  | { field: string; in: MetadataValue[] }
  /** Both ends belong to the range. Numbers by size; texts, such as ISO dates, by their characters' code points. */
  | { field: string; from?: number | string; to?: number | string }
  | { field: string; exists: boolean }
  /** Of a list: one of its texts is this one. */
  | { field: string; contains: string }

/** The documents that a search may find. All parts have to hold; without any part, all documents. */
export interface DocumentFilter {
  documentIds?: string[] | undefined
  /** In one of these folders or below it. */
  folderIds?: string[] | undefined
  tagsAny?: string[] | undefined
  tagsAll?: string[] | undefined
  metadata?: MetadataFilter | undefined
}

/** Bounds of one filter: each condition costs time for each document of a base. */
export const FILTER_DEPTH_MAX = 6
export const FILTER_CONDITIONS_MAX = 100
export const FILTER_VALUES_MAX = 1_000
export const FILTER_TEXT_CHARACTERS_MAX = 1_000

export const isFiltering = (filter: DocumentFilter | undefined): filter is DocumentFilter =>
  filter !== undefined && Object.values(filter).some((part) => part !== undefined)
