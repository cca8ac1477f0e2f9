import type { DocumentMetadata } from '../tables.ts'
import { DocumentFactsInvalidError } from './document-errors.ts'

export const TAGS_MAX = 50
export const TAG_CHARACTERS_MAX = 100
export const METADATA_FIELDS_MAX = 50
export const METADATA_NAME_CHARACTERS_MAX = 100
export const METADATA_TEXT_CHARACTERS_MAX = 1_000
export const METADATA_LIST_MAX = 100

/** Where a document lies and what is known of it, as a request gives it; undefined: nothing is said of it. */
export interface DocumentFacts {
  /** Null: at the top of the base. */
  folderId?: string | null | undefined
  tags?: string[] | undefined
  metadata?: DocumentMetadata | undefined
}

/** Tags without spaces around them, each once. Throws DocumentFactsInvalidError. */
export const readTags = (given: unknown): string[] => {
  if (!Array.isArray(given)) throw new DocumentFactsInvalidError('tags', 'has to be a list of texts')
  const tags = [...new Set(given.map((tag, index) => readText(tag, `tags.${index}`, TAG_CHARACTERS_MAX).trim()))]
  if (tags.includes('')) throw new DocumentFactsInvalidError('tags', 'may hold no empty text')
  if (tags.length > TAGS_MAX) throw new DocumentFactsInvalidError('tags', `may hold ${TAGS_MAX} texts`)
  return tags
}

/** Names with texts, finite numbers, yes or no, and lists of texts. Null removes nothing: leave the name out. Throws DocumentFactsInvalidError. */
export const readMetadata = (given: unknown): DocumentMetadata => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new DocumentFactsInvalidError('metadata', 'has to be an object')
  }
  const fields = Object.entries(given)
  if (fields.length > METADATA_FIELDS_MAX) {
    throw new DocumentFactsInvalidError('metadata', `may hold ${METADATA_FIELDS_MAX} fields`)
  }
  return Object.fromEntries(fields.map(([name, value]) => [readName(name), readValue(value, `metadata.${name}`)]))
}

const readName = (name: string): string => {
  if (name.trim() === '') throw new DocumentFactsInvalidError('metadata', 'may hold no field without a name')
  return readText(name, 'metadata', METADATA_NAME_CHARACTERS_MAX)
}

const readValue = (value: unknown, at: string): DocumentMetadata[string] => {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string') return readText(value, at, METADATA_TEXT_CHARACTERS_MAX)
  if (!Array.isArray(value)) {
    throw new DocumentFactsInvalidError(at, 'has to be a text, a number, true, false, or a list of texts')
  }
  if (value.length > METADATA_LIST_MAX) throw new DocumentFactsInvalidError(at, `may hold ${METADATA_LIST_MAX} texts`)
  return value.map((text, index) => readText(text, `${at}.${index}`, METADATA_TEXT_CHARACTERS_MAX))
}

/** PostgreSQL has no text with a zero character or half of a surrogate pair. */
const readText = (given: unknown, at: string, charactersMax: number): string => {
  if (typeof given !== 'string' || given.length > charactersMax || given.includes('\0') || !given.isWellFormed()) {
    throw new DocumentFactsInvalidError(at, `has to be a text of at most ${charactersMax} characters`)
  }
  return given
}
