import { type Json, textOf } from '../openapi/json-values.ts'
import { findOperations } from '../openapi/read-operations.ts'

/** The id of an operation, and what became of the one that was there. */
export interface NamedOperation {
  readonly path: string
  readonly method: string
  readonly operationId: string
  readonly warnings: readonly string[]
}

/** A unique id for every operation: its own, or one made of method and path: `GET /pets/{petId}` -> `get_pets_petId`. Pure. */
export const nameOperations = (document: Json): NamedOperation[] => {
  const found = findOperations(document)
  const own = found.map(({ operation }) => textOf(operation.operationId))
  const taken = new Set<string>()
  return found.map(({ path, method }, index) => {
    const given = own[index] ?? ''
    if (given !== '' && !taken.has(given)) {
      taken.add(given)
      return { path, method, operationId: given, warnings: [] }
    }
    const base = given || [method, ...path.split(/[^A-Za-z0-9_-]+/)].filter(Boolean).join('_')
    let operationId = base
    for (let number = 2; taken.has(operationId) || own.includes(operationId); number += 1)
      operationId = `${base}_${number}`
    taken.add(operationId)
    const reason = given === '' ? 'it had none' : `${given} is there twice`
    return { path, method, operationId, warnings: [`The operation is called ${operationId}, because ${reason}.`] }
  })
}
