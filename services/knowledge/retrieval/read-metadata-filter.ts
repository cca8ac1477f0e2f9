import { FilterInvalidError } from '../errors.ts'
import {
  FILTER_CONDITIONS_MAX,
  FILTER_DEPTH_MAX,
  FILTER_TEXT_CHARACTERS_MAX,
  FILTER_VALUES_MAX,
  type MetadataFilter,
  type MetadataValue,
} from './document-filter.ts'

/** Takes a filter as a client sends it. Throws FilterInvalidError, which says where it is wrong. */
export const readMetadataFilter = (given: unknown): MetadataFilter =>
  readNode(given, { at: 'metadata', depth: 1, count: { conditions: 0 } })

interface Place {
  /** Path from the request's body, for the error. */
  at: string
  depth: number
  /** Shared by the whole filter. */
  count: { conditions: number }
}

const readNode = (given: unknown, place: Place): MetadataFilter => {
  const node = recordOf(given, place)
  if (place.depth > FILTER_DEPTH_MAX) throw wrong(place, `may be nested ${FILTER_DEPTH_MAX} deep`)
  place.count.conditions += 1
  if (place.count.conditions > FILTER_CONDITIONS_MAX) {
    throw wrong({ at: 'metadata' }, `may hold ${FILTER_CONDITIONS_MAX} conditions`)
  }
  const keys = Object.keys(node).filter((key) => node[key] !== undefined)
  if (keys.length === 1 && keys[0] === 'and') return { and: readList(node.and, within(place, 'and')) }
  if (keys.length === 1 && keys[0] === 'or') return { or: readList(node.or, within(place, 'or')) }
  if (keys.length === 1 && keys[0] === 'not') return { not: readNode(node.not, within(place, 'not')) }
  return readCondition(node, keys, place)
}

const readList = (given: unknown, place: Place): MetadataFilter[] => {
  if (!Array.isArray(given) || given.length === 0) throw wrong(place, 'has to be a list of at least one filter')
  return given.map((node, index) => readNode(node, { ...place, at: `${place.at}.${index}` }))
}

const readCondition = (node: Record<string, unknown>, keys: readonly string[], place: Place): MetadataFilter => {
  const field = readText(node.field, within(place, 'field'))
  const operators = keys.filter((key) => key !== 'field')
  const isRange = operators.length > 0 && operators.every((key) => key === 'from' || key === 'to')
  if (isRange) return readRange(field, node, place)
  const [operator] = operators
  if (operators.length !== 1 || operator === undefined) throw wrong(place, OPERATORS)
  const at = within(place, operator)
  const value = node[operator]
  if (operator === 'equals') return { field, equals: readValue(value, at) }
  if (operator === 'contains') return { field, contains: readText(value, at) }
  if (operator === 'exists') {
    if (typeof value !== 'boolean') throw wrong(at, 'has to be true or false')
    return { field, exists: value }
  }
  if (operator !== 'in') throw wrong(place, OPERATORS)
  if (!Array.isArray(value) || value.length === 0 || value.length > FILTER_VALUES_MAX) {
    throw wrong(at, `has to be a list of 1 to ${FILTER_VALUES_MAX} values`)
  }
  return { field, in: value.map((each, index) => readValue(each, within(at, String(index)))) }
}

const OPERATORS = 'needs a field with one of equals, in, from and to, exists, contains; or one of and, or, not alone'

const readRange = (field: string, node: Record<string, unknown>, place: Place): MetadataFilter => {
  const ends = ['from', 'to'].flatMap((key) =>
    node[key] === undefined ? [] : [[key, readEnd(node[key], within(place, key))] as const],
  )
  if (ends.length === 2 && typeof ends[0]?.[1] !== typeof ends[1]?.[1]) {
    throw wrong(place, 'has to have two numbers or two texts as ends')
  }
  return { field, ...Object.fromEntries(ends) }
}

const readEnd = (given: unknown, place: Place): string | number => {
  const value = readValue(given, place)
  if (typeof value === 'boolean') throw wrong(place, 'has to be a number or a text')
  return value
}

const readValue = (given: unknown, place: Place): MetadataValue => {
  if (typeof given === 'boolean') return given
  if (typeof given === 'number' && Number.isFinite(given)) return given
  if (typeof given === 'string') return readText(given, place)
  throw wrong(place, 'has to be a text, a number, true or false')
}

/** PostgreSQL has no text with a zero character or half of a surrogate pair, so nothing would equal it. */
const readText = (given: unknown, place: Place): string => {
  if (
    typeof given !== 'string' ||
    given.length > FILTER_TEXT_CHARACTERS_MAX ||
    given.includes('\0') ||
    !given.isWellFormed()
  ) {
    throw wrong(place, `has to be a text of at most ${FILTER_TEXT_CHARACTERS_MAX} characters`)
  }
  return given
}

const recordOf = (given: unknown, place: Place): Record<string, unknown> => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrong(place, 'has to be an object')
  return given as Record<string, unknown>
}

const within = (place: Place, key: string): Place => ({ ...place, at: `${place.at}.${key}`, depth: place.depth + 1 })

const wrong = ({ at }: Pick<Place, 'at'>, what: string) => new FilterInvalidError(at, what)
