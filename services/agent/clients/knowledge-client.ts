import { SourceError } from '../errors.ts'
import type { KnowledgeChunk, KnowledgeSearch, PassagePlace } from '../loop/pinned-knowledge.ts'
import { isFields } from '../wire/read-fields.ts'
import type { GatewayClient } from './gateway-client.ts'
import { resolveReferences } from './resolve-references.ts'

/** Milliseconds. */
const LIMITS = { searchMsMax: 40_000 }
/** The one strategy that is told which documents of its bases count. */
const RAG_TYPE_WITH_DOCUMENTS = 'CBG-RAG'

/** Bases as agents search them. Throws SourceError, or the reason of the signal. */
export interface KnowledgeClient {
  /** The passages in the service's order. Nothing is asked for without a base. */
  search(
    search: KnowledgeSearch,
    asked: { query: string; appId: string; signal: AbortSignal },
  ): Promise<KnowledgeChunk[]>
}

export const createKnowledgeClient = (gateway: GatewayClient, limits = LIMITS): KnowledgeClient => ({
  async search(search, { query, appId, signal }) {
    if (search.repoIds.length === 0) return []
    const answer = await gateway.ask({
      method: 'POST',
      path: '/knowledge/v1/chunk/query',
      appId,
      body: toKnowledgeBody(search, query),
      msMax: limits.searchMsMax,
      isRepeatable: true,
      signal,
    })
    if (!isFields(answer)) throw new SourceError('unreadable', 'The passages cannot be read.')
    if (answer.code !== 0) throw new SourceError('refused', `${answer.code} ${answer.message}`)
    const results = isFields(answer.data) && Array.isArray(answer.data.results) ? answer.data.results : []
    return results.filter(isFields).map(toChunk)
  },
})

/** The wire's body: `topN` is a text in it. Pure. */
export const toKnowledgeBody = (search: KnowledgeSearch, query: string) => ({
  query,
  topN: String(search.topN),
  match: {
    repoId: search.repoIds,
    threshold: search.threshold,
    ...(search.ragType === RAG_TYPE_WITH_DOCUMENTS && { docIds: search.docIds }),
  },
  ragType: search.ragType,
})

const toChunk = (result: Readonly<Record<string, unknown>>): KnowledgeChunk => ({
  docId: textOf(result.docId),
  chunkId: textOf(result.chunkId),
  title: textOf(result.title),
  text: resolveReferences(textOf(result.content), result.references),
  ...(typeof result.score === 'number' && { score: result.score }),
  ...placeOf(result),
})

/** Strategies tell the page in `docInfo` or beside it. */
const placeOf = (result: Readonly<Record<string, unknown>>): PassagePlace => {
  const { page, pageEnd } = isFields(result.docInfo) ? result.docInfo : result
  const documentName = textOf(result.fileName)
  return {
    ...(documentName !== '' && { documentName }),
    ...(isPage(page) && { page }),
    ...(isPage(pageEnd) && { pageEnd }),
  }
}

const isPage = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
