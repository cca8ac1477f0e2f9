import type { IndexEngine } from '../tables.ts'
import type { IndexCommit, IndexQuery, KnowledgeIndex, VectorQuery } from './knowledge-index.ts'
import type { StemmingLanguage } from './languages/stemming-language.ts'

/** The last commit of each base that is asked, by its id: whoever chose the engine has just read them. */
export interface WithSequences {
  sequences?: ReadonlyMap<string, number>
}

/** A base whose index is to be another one. */
export interface TakenBase {
  baseId: string
  /** By whose endings the new index finds words. */
  language: StemmingLanguage
  /** Runs in the commit from which on the new index counts. */
  finish: (commit: IndexCommit) => Promise<void>
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
  /** Derives the index of a base anew beside the one that answers, which may be of another engine or language, and puts it in its place. */
  takeOver(base: TakenBase, signal?: AbortSignal): Promise<void>
  /** Forgets a base that another engine takes over, in that commit. */
  release(commit: IndexCommit): Promise<void>
}
