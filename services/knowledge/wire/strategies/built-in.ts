import type { SearchBasesDependencies } from '../../retrieval/search-bases.ts'
import { deleteChunks } from '../delete-chunks.ts'
import type { SaveChunksDependencies } from '../save-chunks.ts'
import type { SplitFileDependencies } from '../split-file.ts'
import type { UpdateChunksDependencies } from '../update-chunks.ts'
import type { ChunkDelete } from '../wire-models.ts'
import type { WireCall } from '../wire-strategy.ts'

/** What the built-in store needs to answer for any ragType. */
export type BuiltInDependencies = SearchBasesDependencies &
  SaveChunksDependencies &
  SplitFileDependencies &
  UpdateChunksDependencies

export const deleteFromStore = (
  dependencies: BuiltInDependencies,
  request: ChunkDelete,
  { appId }: WireCall,
): Promise<null> => deleteChunks(dependencies, request, appId)
