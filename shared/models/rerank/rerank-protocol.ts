import { endpointUrl } from '../calls/endpoint-url.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { bearer, postJson } from '../calls/post-json.ts'
import { asCount, asList, asObject } from '../calls/read-json.ts'
import { ModelError } from '../model-error.ts'
import type { RankedDocument } from './rerank-model.ts'

export interface RerankAnswer {
  ranked: RankedDocument[]
  /** 0 when the provider does not tell. */
  promptTokens: number
}

/**
 * Asks in the shape of Jina and Cohere (`documents`, https://docs.cohere.com/reference/rerank), which vLLM and others took over, or in that of
 * Text Embeddings Inference (`texts`, https://huggingface.github.io/text-embeddings-inference): which one a server wants is learned from its refusal.
 */
export const createRerankProtocol = (options: ModelOptions) => {
  const url = rerankUrl(options.url)
  let field: 'documents' | 'texts' = 'documents'
  const question = (query: string, documents: readonly string[]) => ({
    url,
    headers: bearer(options.apiKey),
    body:
      field === 'texts'
        ? { truncate: true, ...options.parameters, query, texts: documents }
        : {
            return_documents: false,
            ...options.parameters,
            ...{ model: options.modelId, query, documents, top_n: documents.length },
          },
  })
  return async (query: string, documents: readonly string[], signal: AbortSignal): Promise<RerankAnswer> => {
    const answer = await postJson(options, question(query, documents), {
      signal,
      // Several may have been sent before the first refusal came: each is judged by what it asked for.
      learnsFrom(error, asked) {
        if ('texts' in asked.body || error.code !== 'MODEL_REFUSED' || !/\btexts\b/.test(error.message))
          return undefined
        field = 'texts'
        return question(query, documents)
      },
    })
    return { ranked: readRanking(answer, documents.length), promptTokens: readTokens(answer) }
  }
}

/** `{results}` (Jina, Cohere, vLLM), `{data}` (Voyage) or the bare list (TEI). */
const readRanking = (answer: unknown, count: number): RankedDocument[] => {
  const { results, data } = asObject(answer)
  const ranked = asList(Array.isArray(answer) ? answer : (results ?? data)).map((item) => {
    const { index, relevance_score, score } = asObject(item)
    return { index, score: relevance_score ?? score }
  })
  const isRanked = (item: { index: unknown; score: unknown }): item is RankedDocument =>
    Number.isInteger(item.index) && Number(item.index) >= 0 && Number(item.index) < count && Number.isFinite(item.score)
  const known = ranked.filter(isRanked)
  if (known.length !== count || new Set(known.map(({ index }) => index)).size !== count) {
    throw new ModelError(
      'MODEL_BAD_ANSWER',
      `The model ranked ${ranked.length} documents instead of ${count}, or not each once.`,
    )
  }
  return known
}

const readTokens = (answer: unknown): number => {
  const { usage, meta } = asObject(answer)
  const told = asObject(usage)
  return (
    asCount(told.prompt_tokens) || asCount(told.total_tokens) || asCount(asObject(asObject(meta).tokens).input_tokens)
  )
}

/** A host, a base ending in a version, or the URL itself. Throws MODEL_URL_INVALID. */
export const rerankUrl = (text: string): string =>
  endpointUrl(text, (path) => (path.endsWith('/rerank') ? path : `${path}/rerank`))
