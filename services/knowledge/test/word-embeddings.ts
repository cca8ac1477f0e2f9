import { seededRandom } from '#shared/testing/seeded-random.ts'

/**
 * Vectors that behave like those of a model, without one: each word has a direction of its own, and a text points where its words do together. Texts
 * that share words are near to each other; the same text has the same vector in every process.
 *
 * @param model another name gives other directions, as another model would
 */
export const wordVector = (
  text: string,
  { dimensions, model }: { dimensions: number; model: string },
): Float32Array => {
  const vector = new Float32Array(dimensions)
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    const random = seededRandom(Bun.hash.crc32(`${model}/${word}`))
    for (let place = 0; place < dimensions; place++) vector[place] = (vector[place] ?? 0) + gaussian(random)
  }
  const length = Math.hypot(...vector)
  return length === 0 ? vector : vector.map((number) => number / length)
}

/** A model directory of one embedding model or several, told apart by name, that counts what it is asked for. */
export const createWordEmbeddings = (dimensionsOf: Record<string, number>) => {
  /** Each text that was asked for, in order. */
  const asked: string[] = []
  return {
    asked,
    models: {
      async embeddingByName(name: string) {
        const dimensions = dimensionsOf[name]
        if (dimensions === undefined) return undefined
        return {
          name,
          dimensions,
          async embed(texts: readonly string[], signal: AbortSignal) {
            signal.throwIfAborted()
            asked.push(...texts)
            return texts.map((text) => wordVector(text, { dimensions, model: name }))
          },
        }
      },
    },
  }
}

/** For indexes of bases that have no embedding model. */
export const NO_EMBEDDINGS = createWordEmbeddings({})

/** Box and Muller's way from two even numbers to one of the normal distribution. */
const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
