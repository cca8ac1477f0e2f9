import type { IndexEngine } from '../tables.ts'
import type { IndexCommit, IndexQuery, KnowledgeIndex, VectorQuery } from './knowledge-index.ts'

/** The last commit of each base that is asked, by its id: whoever chose the engine has just read them. */
export interface WithSequences {
  sequences?: ReadonlyMap<string, number>
}

/** Tells whether an engine can be chosen. */
export interface EngineChoice {
  /** Throws EngineMissingError when the engine cannot work on this machine. */
  assertUsable(engine: IndexEngine): Promise<void>
}

/** An index that is one of several: bases can be moved from one to another. */
export interface IndexEngineParts extends Omit<KnowledgeIndex, 'search' | 'searchVectors'> {
  search(query: IndexQuery & WithSequences): ReturnType<KnowledgeIndex['search']>
  searchVectors(query: VectorQuery & WithSequences): ReturnType<KnowledgeIndex['searchVectors']>
  /** Throws EngineMissingError when it cannot work on this machine. */
  assertUsable(): Promise<void>
  /** Derives the index of a base that another engine holds; `finish` runs in the commit from which on this one's counts. */
  takeOver(baseId: string, finish: (commit: IndexCommit) => Promise<void>, signal?: AbortSignal): Promise<void>
  /** Forgets a base that another engine takes over, in that commit. */
  release(commit: IndexCommit): Promise<void>
}
