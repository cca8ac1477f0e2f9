import { AppError } from '#shared/errors/app-error.ts'
import { lookUp } from '../openapi/follow-reference.ts'
import { isJson, type Json } from '../openapi/json-values.ts'

/** Why references in schemas cannot be followed, each once, however deep or circular the schemas are. Pure. */
export const badReferences = (document: Json, schemas: readonly unknown[]): string[] => {
  const reasons: string[] = []
  const seen = new Set<string>()
  const waiting = [...schemas]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    for (const [key, part] of Object.entries(value)) {
      const target = key === '$ref' && isJson(value) && typeof part === 'string' ? targetOf(document, part, seen) : part
      if (target instanceof AppError) reasons.push(target.message)
      else waiting.push(target)
    }
  }
  return reasons
}

/** What a reference leads to when it is met for the first time, or why it leads nowhere. */
const targetOf = (document: Json, reference: string, seen: Set<string>): unknown => {
  if (seen.has(reference)) return undefined
  seen.add(reference)
  try {
    return lookUp(document, reference)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
