import { ReferenceInvalidError } from '../errors.ts'
import { isJson, type Json } from './json-values.ts'

/** References that lead to references; more are taken for a circle. */
const STEPS_MAX = 32

/**
 * What a value is once its `$ref` into the same document is followed (RFC 6901 in a URI fragment). Values without one come back as they are.
 * @throws ReferenceInvalidError for a reference into another document, to nothing, or in a circle
 */
export const followReference = (document: Json, value: unknown): unknown => {
  let current = value
  for (let step = 0; step <= STEPS_MAX; step += 1) {
    if (!isJson(current) || typeof current.$ref !== 'string') return current
    current = lookUp(document, current.$ref)
  }
  throw new ReferenceInvalidError(String((value as Json).$ref), 'it leads in a circle')
}

/** The value at a reference, without following the one that may be there. @throws ReferenceInvalidError */
export const lookUp = (document: Json, reference: string): unknown => {
  if (!reference.startsWith('#')) {
    throw new ReferenceInvalidError(reference, 'it leads out of the document, which is not followed')
  }
  let current: unknown = document
  for (const key of pointerKeys(reference)) {
    const next = Array.isArray(current) ? current[Number(key)] : isJson(current) ? own(current, key) : undefined
    if (next === undefined) throw new ReferenceInvalidError(reference, 'nothing is there')
    current = next
  }
  return current
}

/** `#/paths/~1a~1%7Bid%7D` -> `paths`, `/a/{id}`. @throws ReferenceInvalidError for anchors and broken percent-encoding */
const pointerKeys = (reference: string): string[] => {
  if (reference === '#') return []
  if (!reference.startsWith('#/')) throw new ReferenceInvalidError(reference, 'anchors are not followed')
  try {
    return decodeURIComponent(reference.slice(2))
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  } catch {
    throw new ReferenceInvalidError(reference, 'its percent-encoding is broken')
  }
}

const own = (value: Json, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)
