import type { ChunkQuery } from '../wire/wire-models.ts'
import type { WireCall } from '../wire/wire-strategy.ts'
import type { RagflowContext } from './ragflow-context.ts'

/** Datasets to search, whole or in some of their documents. */
export interface SearchPlace {
  datasetIds: string[]
  documentIds?: string[]
}

/** RAGFlow's own ids. */
const RAGFLOW_ID = /^[0-9a-f]{32}$/

/**
 * Where a question is to be asked:
 * - in the documents that the app saved into the groups of `repoId`, or in those of `docIds` among them;
 * - in documents of `docIds` that did not come through us, in the default dataset: whoever knows their ids may ask them;
 * - without `docIds`, in whole datasets whose RAGFlow ids stand in `repoId`, but never in the default one, where every app's documents lie.
 */
export const searchPlacesOf = async (
  context: RagflowContext,
  { repoId, docIds }: ChunkQuery['match'],
  { appId, signal }: WireCall,
): Promise<SearchPlace[]> => {
  const wanted = docIds?.length ? [...new Set(docIds)] : undefined
  const owned = (await context.documents.listOf(appId, repoId)).filter(({ id }) => wanted?.includes(id) ?? true)
  const byDataset = Map.groupBy(owned, ({ datasetId }) => datasetId)
  const places: SearchPlace[] = [...byDataset].map(([datasetId, rows]) => ({
    datasetIds: [datasetId],
    documentIds: rows.map(({ id }) => id),
  }))
  const others = wanted ? await foreignDocuments(context, wanted, signal) : await wholeDatasets(context, repoId, signal)
  return others ? [...places, others] : places
}

const foreignDocuments = async (
  { documents, datasets, defaultGroup }: RagflowContext,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<SearchPlace | undefined> => {
  const known = new Set((await documents.findAll(wanted)).map(({ id }) => id))
  const foreign = wanted.filter((id) => RAGFLOW_ID.test(id) && !known.has(id))
  if (foreign.length === 0) return undefined
  const datasetId = await datasets.find(defaultGroup, signal)
  return datasetId === undefined ? undefined : { datasetIds: [datasetId], documentIds: foreign }
}

const wholeDatasets = async (
  { datasets, defaultGroup }: RagflowContext,
  repoIds: readonly string[],
  signal: AbortSignal,
): Promise<SearchPlace | undefined> => {
  const candidates = [...new Set(repoIds)].filter((id) => RAGFLOW_ID.test(id))
  if (candidates.length === 0) return undefined
  const shared = await datasets.find(defaultGroup, signal)
  const datasetIds: string[] = []
  for (const id of candidates) if (id !== shared && (await datasets.exists(id, signal))) datasetIds.push(id)
  return datasetIds.length === 0 ? undefined : { datasetIds }
}
