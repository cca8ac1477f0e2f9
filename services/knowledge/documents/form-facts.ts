import { DocumentFactsInvalidError } from './document-errors.ts'
import { type DocumentFacts, readMetadata, readTags } from './document-facts.ts'

/** Throws DocumentFactsInvalidError. */
export const readFormFacts = (form: {
  folderId?: string
  tags?: string | string[]
  metadata?: string | Record<string, unknown>
}): DocumentFacts => ({
  ...(form.folderId === undefined ? {} : { folderId: form.folderId === '' ? null : form.folderId }),
  ...(form.tags === undefined ? {} : { tags: readTags(listOf(form.tags)) }),
  ...(form.metadata === undefined ? {} : { metadata: readMetadata(jsonOf(form.metadata, 'metadata')) }),
})

/** Fields with single values, of a query's JSON. Throws DocumentFactsInvalidError. */
export const readEqualFields = (json: string): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(readMetadata(jsonOf(json, 'metadata'))).map(([field, value]) => {
      if (Array.isArray(value)) throw new DocumentFactsInvalidError(`metadata.${field}`, 'has to be a single value')
      return [field, value]
    }),
  )

const listOf = (given: string | string[]): unknown => {
  if (typeof given !== 'string') return given
  if (given.trimStart().startsWith('[')) return jsonOf(given, 'tags')
  return given
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}

const jsonOf = (given: unknown, at: string): unknown => {
  if (typeof given !== 'string') return given
  try {
    return JSON.parse(given)
  } catch {
    throw new DocumentFactsInvalidError(at, 'has to be JSON')
  }
}
