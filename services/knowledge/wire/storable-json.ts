import { isRecord } from './field-rules.ts'

/** Levels of lists and objects in each other. */
const DEPTH_MAX = 16
/** Values in all. */
const VALUES_MAX = 10_000

/** PostgreSQL stores neither zero characters nor halves of surrogate pairs. */
export const storableText = (text: string): string => text.replaceAll('\0', '').toWellFormed()

/** The value as PostgreSQL can store it; undefined when it is nested too deeply or too large for what it is meant to be. */
export const storable = (value: unknown): unknown => {
  let left = VALUES_MAX
  const walk = (each: unknown, depth: number): unknown => {
    left -= 1
    if (depth > DEPTH_MAX || left < 0) throw new TooMuch()
    if (typeof each === 'string') return storableText(each)
    if (Array.isArray(each)) return each.map((item) => walk(item, depth + 1))
    if (!isRecord(each)) return each
    return Object.fromEntries(Object.entries(each).map(([key, item]) => [storableText(key), walk(item, depth + 1)]))
  }
  try {
    return walk(value, 0)
  } catch (error) {
    if (error instanceof TooMuch) return undefined
    throw error
  }
}

class TooMuch extends Error {}
