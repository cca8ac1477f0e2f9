import type { NodeDefinition } from '../flow-definition.ts'

/** The prefixes by which the wire tells the ids of branches from other texts. */
const HANDLE = /^(branch_one_of|intent-one-of|option-one-of)::/

export interface DeclaredHandle {
  /** What the `sourceHandle` of an edge names. */
  handle: string
  /** Where it is declared: `nodeParam.cases.0`. */
  field: string
}

/** The branches that a node's parameters declare: cases, intents, options. */
export const declaredHandles = ({ data }: NodeDefinition): DeclaredHandle[] => {
  const handles: DeclaredHandle[] = []
  for (const [key, list] of Object.entries(data.nodeParam ?? {})) {
    if (!Array.isArray(list)) continue
    for (const [at, item] of list.entries()) {
      const id: unknown = (item as { id?: unknown } | null)?.id
      if (typeof id === 'string' && HANDLE.test(id)) handles.push({ handle: id, field: `nodeParam.${key}.${at}` })
    }
  }
  return handles
}

/** Whether a node's error handling leads its failures to edges of their own. */
export const branchesOnFailure = ({ data: { retryConfig } }: NodeDefinition): boolean => {
  const BRANCH_STRATEGY = 2
  if (!retryConfig || !(retryConfig.should_retry ?? retryConfig.shouldRetry)) return false
  return (retryConfig.error_strategy ?? retryConfig.errorStrategy) === BRANCH_STRATEGY
}
