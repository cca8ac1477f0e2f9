import type { ModelOptions } from './calls/model-options.ts'
import { providerUrl } from './create-provider-model.ts'
import {
  type EmbeddingProtocol,
  geminiEmbeddings,
  geminiEmbedUrl,
  ollamaEmbeddings,
  ollamaEmbedUrl,
  openAiEmbeddings,
  openAiEmbeddingsUrl,
} from './embeddings/embedding-protocols.ts'
import { ModelError } from './model-error.ts'
import { createRerankProtocol, rerankUrl } from './rerank/rerank-protocol.ts'
import type { ModelKind, ModelProvider } from './tables.ts'

interface EmbeddingProvider {
  create(options: ModelOptions): EmbeddingProtocol
  urlOf(url: string, modelId: string): string
}

/** Whose embeddings we speak to. */
const embeddings: Partial<Record<ModelProvider, EmbeddingProvider>> = {
  openai: { create: openAiEmbeddings, urlOf: openAiEmbeddingsUrl },
  ollama: { create: ollamaEmbeddings, urlOf: ollamaEmbedUrl },
  gemini: { create: geminiEmbeddings, urlOf: geminiEmbedUrl },
}

/** Throws MODEL_KIND_WRONG for a provider without embeddings, MODEL_URL_INVALID. */
export const createEmbeddingProtocol = (provider: ModelProvider, options: ModelOptions): EmbeddingProtocol => {
  const known = embeddings[provider]
  if (!known) throw kindWrong(provider, 'embedding')
  return known.create(options)
}

/** Throws MODEL_KIND_WRONG for a provider without rerank models, MODEL_URL_INVALID. */
export const createRerankProtocolOf = (provider: ModelProvider, options: ModelOptions) => {
  if (provider !== 'openai') throw kindWrong(provider, 'rerank')
  return createRerankProtocol(options)
}

/** The URL that a model is called at, from what people write. Throws MODEL_URL_INVALID, MODEL_KIND_WRONG. */
export const modelUrl = (model: { provider: ModelProvider; kind: ModelKind; url: string; modelId: string }): string => {
  const { provider, kind, url, modelId } = model
  if (kind === 'chat') return providerUrl(provider, url, modelId)
  if (kind === 'rerank') {
    if (provider !== 'openai') throw kindWrong(provider, kind)
    return rerankUrl(url)
  }
  const known = embeddings[provider]
  if (!known) throw kindWrong(provider, kind)
  return known.urlOf(url, modelId)
}

const kindWrong = (provider: ModelProvider, kind: ModelKind): ModelError =>
  new ModelError('MODEL_KIND_WRONG', `The provider ${provider} has no ${kind} models here.`)
