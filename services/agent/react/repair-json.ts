import { createRelaxedReader } from './relaxed-reader.ts'

/** Longer inputs are not repaired: nobody writes them by hand. */
const CHARS_MAX = 200_000

/**
 * The value of a text that is meant to be JSON, as models write it: in fences, with words around it, single quotes, comments, trailing commas, bare keys,
 * Python's words. Undefined when it is none, or is not complete: half of a call's arguments must not be acted on. Pure.
 */
export const repairJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return findObject(text)?.value
  }
}

/** The first whole object in a text, and what follows it. Undefined while it is not complete. Pure. */
export const findObject = (text: string): { value: unknown; json: string; rest: string } | undefined => {
  const start = text.indexOf('{')
  if (start < 0 || text.length > CHARS_MAX) return undefined
  const reader = createRelaxedReader(text, start)
  const value = reader.readValue()
  if (value === undefined) return undefined
  const rest = text.slice(reader.position())
  return { value: value.value, json: JSON.stringify(value.value), rest }
}
