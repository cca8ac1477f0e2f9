/** One question to the knowledge service, without its text. */
export interface KnowledgeSearch {
  name: string
  description: string
  /** `AIUI-RAG2`, `CBG-RAG`, … as the knowledge service names its strategies. */
  ragType: string
  /** Chunks wanted, 1 to 5. */
  topN: number
  repoIds: string[]
  docIds: string[]
  /** Least score, 0 to 1. */
  threshold: number
}

/** Where in which file a passage stands; what the service does not tell is absent. */
export interface PassagePlace {
  documentName?: string
  /** First and last page, from 1. */
  page?: number
  pageEnd?: number
}

/** A passage that was found, its references resolved. */
export interface KnowledgeChunk extends PassagePlace {
  docId: string
  chunkId: string
  title: string
  text: string
  /** Absent where the service tells none. */
  score?: number
}

/** What was found before the turn began. */
export interface PinnedKnowledge {
  chunks: KnowledgeChunk[]
  /** True: the model is asked to write the number of a chunk, `[1]`, where it uses it. */
  cite: boolean
}
