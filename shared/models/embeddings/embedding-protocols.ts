import { endpointUrl } from '../calls/endpoint-url.ts'
import type { ModelOptions } from '../calls/model-options.ts'
import { bearer, type JsonQuestion } from '../calls/post-json.ts'
import { asCount, asList, asObject } from '../calls/read-json.ts'
import { ModelError } from '../model-error.ts'
import { readVector } from './read-vector.ts'

/** How a provider is asked for vectors. */
export interface EmbeddingProtocol {
  /** Texts of one request, where the model's row does not say. */
  batchMax: number
  question(texts: readonly string[]): JsonQuestion
  /** @throws ModelError when the answer is none */
  read(answer: unknown): EmbeddingAnswer
  /** True when questions are made differently from now on. */
  learnsFrom?(error: ModelError, asked: JsonQuestion): boolean
}

export interface EmbeddingAnswer {
  /** By the place of their text. */
  vectors: Map<number, Float32Array>
  /** 0 when the provider does not tell. */
  promptTokens: number
}

/** OpenAI's protocol, and that of everybody who took it over (https://platform.openai.com/docs/api-reference/embeddings). */
export const openAiEmbeddings = (options: ModelOptions): EmbeddingProtocol => {
  const url = openAiEmbeddingsUrl(options.url)
  // Base64 is a fourth of the size of written numbers and needs no parsing; servers that do not know it say so.
  let wantsBase64 = true
  return {
    batchMax: 128,
    question: (texts) => ({
      url,
      headers: bearer(options.apiKey),
      body: {
        ...(wantsBase64 ? { encoding_format: 'base64' } : {}),
        ...options.parameters,
        model: options.modelId,
        input: texts,
      },
    }),
    read(answer) {
      const { data, usage } = asObject(answer)
      const vectors = asList(data).map((item, place) => {
        const { index, embedding } = asObject(item)
        return [typeof index === 'number' ? index : place, readVector(embedding)] as const
      })
      return { vectors: toMap(vectors), promptTokens: asCount(asObject(usage).prompt_tokens) }
    },
    // Several may have been sent before the first refusal came: each is judged by what it asked for.
    learnsFrom(error, { body }) {
      const isAboutBase64 = error.code === 'MODEL_REFUSED' && /encoding_format|base64/.test(error.message)
      if (!isAboutBase64 || body.encoding_format !== 'base64') return false
      wantsBase64 = false
      return true
    },
  }
}

/** https://docs.ollama.com/api/embed */
export const ollamaEmbeddings = (options: ModelOptions): EmbeddingProtocol => {
  const url = ollamaEmbedUrl(options.url)
  return {
    batchMax: 64,
    question: (texts) => ({
      url,
      headers: bearer(options.apiKey),
      body: { ...options.parameters, model: options.modelId, input: texts },
    }),
    read(answer) {
      const { embeddings, prompt_eval_count } = asObject(answer)
      const vectors = asList(embeddings).map((item, place) => [place, readVector(item)] as const)
      return { vectors: toMap(vectors), promptTokens: asCount(prompt_eval_count) }
    },
  }
}

/** https://ai.google.dev/api/embeddings#method:-models.batchembedcontents */
export const geminiEmbeddings = (options: ModelOptions): EmbeddingProtocol => {
  const url = geminiEmbedUrl(options.url, options.modelId)
  const model = geminiModel(options.modelId)
  return {
    batchMax: 100,
    question: (texts) => ({
      url,
      headers: options.apiKey === '' ? {} : { 'x-goog-api-key': options.apiKey },
      body: { requests: texts.map((text) => ({ ...options.parameters, model, content: { parts: [{ text }] } })) },
    }),
    read(answer) {
      const items = asList(asObject(answer).embeddings)
      return {
        vectors: toMap(items.map((item, place) => [place, readVector(asObject(item).values)] as const)),
        promptTokens: asCount(asObject(asObject(answer).usageMetadata).promptTokenCount),
      }
    },
  }
}

export const openAiEmbeddingsUrl = (text: string): string =>
  endpointUrl(text, (path) => {
    if (path.endsWith('/embeddings')) return path
    return path === '' ? '/v1/embeddings' : `${path.replace(/\/chat\/completions$/, '')}/embeddings`
  })

export const ollamaEmbedUrl = (text: string): string =>
  endpointUrl(text, (path) => {
    if (path.endsWith('/api/embed')) return path
    return path.endsWith('/api') ? `${path}/embed` : `${path}/api/embed`
  })

export const geminiEmbedUrl = (text: string, modelId: string): string =>
  endpointUrl(text, (path) => {
    if (path.endsWith(':batchEmbedContents')) return path
    const base = /\/v\d+[a-z0-9]*(\/|$)/.test(path) ? path : `${path}/v1beta`
    return `${base}/${geminiModel(modelId)}:batchEmbedContents`
  })

const geminiModel = (modelId: string): string => (modelId.includes('/') ? modelId : `models/${modelId}`)

const toMap = (vectors: readonly (readonly [number, Float32Array])[]): Map<number, Float32Array> => {
  const map = new Map(vectors)
  if (map.size === vectors.length) return map
  throw new ModelError('MODEL_BAD_ANSWER', 'The model gave two vectors for one text.')
}
