import { createModelRepository } from '#shared/models/model-repository.ts'
import { startModelServer } from '#shared/testing/model-server.ts'
import type { KnowledgeDependencies } from '../dependencies.ts'
import { wordVector } from './word-embeddings.ts'

/** Words that mean the same to these models, and do not share a feature that an index of words would find. */
const MEANINGS: Record<string, string> = {
  canine: 'dog',
  hound: 'dog',
  feline: 'cat',
  automobile: 'car',
  vehicle: 'car',
}

const meaningOf = (text: string): string =>
  text.toLowerCase().replaceAll(/[a-z]+/g, (word) => MEANINGS[word.replace(/s$/, '')] ?? word.replace(/s$/, ''))

/**
 * An embedding model and a rerank model over HTTP, saved under the names `embedder` and `judge`. They know a few words of the same meaning, and the
 * judge likes short texts. Either can be told to fail, or to answer late.
 */
export const startMeaningModels = async ({ database, models }: KnowledgeDependencies) => {
  const state = { fails: new Set<'embedder' | 'judge'>(), lateMs: 0 }
  const server = startModelServer(async ({ path, body }) => {
    const kind = path.endsWith('/rerank') ? 'judge' : 'embedder'
    if (state.lateMs > 0) await Bun.sleep(state.lateMs)
    if (state.fails.has(kind)) return Response.json({ error: { message: 'out of order' } }, { status: 400 })
    if (kind === 'judge') {
      const wanted = new Set(meaningOf(String(body.query)).split(/\W+/))
      return Response.json({
        results: (body.documents as string[]).map((text, index) => {
          const words = meaningOf(text).split(/\W+/)
          return { index, relevance_score: words.filter((word) => wanted.has(word)).length / words.length }
        }),
      })
    }
    return Response.json({
      data: (body.input as string[]).map((text, index) => ({
        index,
        embedding: [...wordVector(meaningOf(text), { dimensions: 48, model: 'meaning' })],
      })),
      usage: { prompt_tokens: 4, total_tokens: 4 },
    })
  })
  const rows = createModelRepository(database)
  const row = { provider: 'openai' as const, modelId: 'm-1', url: server.url }
  await rows.insert({ ...row, name: 'embedder', kind: 'embedding' })
  await rows.insert({ ...row, name: 'judge', kind: 'rerank' })
  models.forget()
  return {
    state,
    /** Requests of each kind so far. */
    asked: (kind: 'embeddings' | 'rerank') => server.requests.filter(({ path }) => path.endsWith(`/${kind}`)).length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
