import type { ModelOptions } from '../calls/model-options.ts'
import { postJson } from '../calls/post-json.ts'
import type { GatedModel, ModelGate } from '../gate/model-gate.ts'
import { inParallel, runGatedCall } from '../gate/run-gated-call.ts'
import { ModelError } from '../model-error.ts'
import { tokensOfBytes } from '../usage/estimate-tokens.ts'
import type { EmbeddingModel } from './embedding-model.ts'
import type { EmbeddingAnswer, EmbeddingProtocol } from './embedding-protocols.ts'
import { splitBatches } from './split-batches.ts'

/** Requests of one call at the same time. */
const BATCHES_AT_ONCE_MAX = 4

/** An embedding model of a provider, with budget, places and books of an app. */
export const createEmbeddingModel = (
  protocol: EmbeddingProtocol,
  options: ModelOptions,
  { gate, model, appId }: { gate: ModelGate; model: GatedModel; appId: string },
): EmbeddingModel => {
  let dimensions = model.limits.dimensions

  const inOrder = ({ vectors }: EmbeddingAnswer, texts: readonly string[]): Float32Array[] => {
    if (vectors.size !== texts.length) {
      throw badAnswer(`${vectors.size} vectors for ${texts.length} texts`)
    }
    return texts.map((_, place) => {
      const vector = vectors.get(place)
      if (!vector) throw badAnswer(`no vector for the text at place ${place}`)
      dimensions ??= vector.length
      if (vector.length !== dimensions) throw badAnswer(`a vector of ${vector.length} numbers instead of ${dimensions}`)
      return vector
    })
  }

  return {
    name: options.name,
    get dimensions() {
      return dimensions
    },
    async embed(texts, signal) {
      const batches = splitBatches(texts, model.limits.batchMax ?? protocol.batchMax)
      const estimates = new Map(batches.map((batch) => [batch, estimate(batch)]))
      const promptTokens = () => [...estimates.values()].reduce((sum, tokens) => sum + tokens, 0)
      const app = await gate.admitApp(appId, { promptTokens, signal })
      try {
        const vectors = await inParallel(
          batches,
          { atOnceMax: BATCHES_AT_ONCE_MAX, signal },
          async (batch, stopped) => {
            const call = { gate, app, model, estimate: estimates.get(batch) ?? 0, hasFallback: false, signal: stopped }
            return inOrder(
              await runGatedCall(call, () => askEmbeddings(protocol, options, { texts: batch, signal: stopped })),
              batch,
            )
          },
        )
        return vectors.flat()
      } finally {
        app.end()
      }
    },
  }
}

/** One question, as many times as it takes. */
export const askEmbeddings = async (
  protocol: EmbeddingProtocol,
  options: ModelOptions,
  { texts, signal }: { texts: readonly string[]; signal: AbortSignal },
): Promise<EmbeddingAnswer> => {
  const answer = await postJson(options, protocol.question(texts), {
    signal,
    learnsFrom: (error, asked) => (protocol.learnsFrom?.(error, asked) ? protocol.question(texts) : undefined),
  })
  return protocol.read(answer)
}

const estimate = (texts: readonly string[]): number =>
  tokensOfBytes(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0))

const badAnswer = (what: string): ModelError => new ModelError('MODEL_BAD_ANSWER', `The model answered with ${what}.`)
