/**
 * Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), split in two: the part of a term in a chunk (its impact)
 * is computed when a segment is written, the part of a term in the base (its rarity) when a query is asked.
 */
export const CURVE = {
  /** k1: how soon another occurrence of a term adds nothing. */
  saturation: 1.2,
  /** b, 0..1: how much a chunk's length counts against it. */
  lengthWeight: 0.75,
}

/** How much each of FIELDS counts in a question. Chosen by cross-validation; see bench/retrieval. */
export const FIELD_WEIGHTS = [1, 0.15, 0.6] as const

export const GRAM_DAMPING = 0.25

/** What one gram of a word of a question counts for, so that a long word, which has many, counts for more than a short one but not by as much. */
export const gramWeight = (gramsOfWord: number): number => gramsOfWord ** -GRAM_DAMPING

/** An impact approaches this as a term repeats. It is stored in a byte: IMPACT_MAX is 255. */
export const IMPACT_MAX = CURVE.saturation + 1
export const IMPACT_STEP = IMPACT_MAX / 255

/**
 * What a term adds to a chunk's score before rarity: 0..IMPACT_MAX, 1 for a single occurrence in a chunk of average length.
 *
 * @param frequency occurrences of the term in the chunk
 * @param relativeLength the chunk's length in terms, divided by the average of its base
 */
export const impactOf = (frequency: number, relativeLength: number, { saturation, lengthWeight } = CURVE): number =>
  (frequency * (saturation + 1)) / (frequency + saturation * (1 - lengthWeight + lengthWeight * relativeLength))

/** Inverse document frequency, in the form that is never negative. */
export const rarityOf = (chunksWithTerm: number, chunks: number): number =>
  Math.log(1 + (chunks - chunksWithTerm + 0.5) / (chunksWithTerm + 0.5))
