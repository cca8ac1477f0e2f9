import { createModelRepository } from '#shared/models/model-repository.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { startModelServer } from '#shared/testing/model-server.ts'
import { wordVector } from './word-embeddings.ts'

/** An embedding server over HTTP that gives word vectors (word-embeddings.ts), with models of these names and lengths in the database. */
export const startEmbeddingServer = async (database: Database, dimensionsOf: Record<string, number>) => {
  /** Texts by the model that was asked for them, in order. */
  const asked: Record<string, string[]> = {}
  let fails = false
  let gate: Promise<void> = Promise.resolve()
  const server = startModelServer(async ({ body }) => {
    const { model, input } = body as { model: string; input: string[] }
    await gate
    if (fails) return Response.json({ error: { message: 'the model is being repaired' } }, { status: 400 })
    asked[model] = [...(asked[model] ?? []), ...input]
    const dimensions = dimensionsOf[model] ?? 0
    return Response.json({
      data: input.map((text, index) => ({ index, embedding: [...wordVector(text, { dimensions, model })] })),
      usage: { prompt_tokens: input.length },
    })
  })
  for (const name of Object.keys(dimensionsOf)) {
    await createModelRepository(database).insert({
      name,
      provider: 'openai',
      modelId: name,
      kind: 'embedding',
      url: server.url,
    })
  }
  return {
    asked,
    /** Whether it refuses everything from now on. */
    refuse(whether: boolean) {
      fails = whether
    },
    /** Lets nothing through until the returned function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
