/** Readers of JSON that nobody promised anything about: what is missing or of another type reads as nothing. Pure. */
export type JsonObject = Record<string, unknown>

const NOTHING: JsonObject = {}

export const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null ? (value as JsonObject) : NOTHING // safe: any object has string keys

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A count of tokens: whole and not negative. */
export const asCount = (value: unknown): number => (typeof value === 'number' && value >= 0 ? Math.floor(value) : 0)

/** The object that a text holds, or undefined when it holds anything else. */
export const parseObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}
