import type { FlowRow } from '../tables.ts'
import type { FlowStores } from './flow-stores.ts'

/** The protocols that a flow's row names. */
export const readDefinitions = async (
  definitions: FlowStores['definitions'],
  flow: FlowRow,
): Promise<{ draft: Record<string, unknown> | undefined; released: Record<string, unknown> | undefined }> => {
  const [draft, released] = await Promise.all(
    [flow.definitionHash, flow.releaseHash].map((hash) => (hash ? definitions.find(hash) : undefined)),
  )
  return { draft, released }
}
