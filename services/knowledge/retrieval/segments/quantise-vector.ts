/** A vector in a byte a number: number `i` of the vector is about `values[i] * scale`. */
export interface QuantisedVector {
  /** 0 for a vector of zeros. */
  scale: number
  values: Int8Array
}

/** The largest number of a vector becomes this. -128 stays unused, so that a vector and its negative are treated alike. */
const VALUE_MAX = 127

/**
 * Rounds each number to the nearest multiple of `scale` = largest magnitude / 127, so it is off by at most half a scale. Between unit vectors of
 * d numbers whose largest is m the cosine is off by about m / (127 * sqrt(12)) (the sum of d rounding errors, each weighed by a number of the
 * other vector): less than 0.001 for the vectors that models give.
 */
export const quantiseVector = (vector: Float32Array): QuantisedVector => {
  let largest = 0
  for (const number of vector) largest = Math.max(largest, Math.abs(number))
  // As a file holds it: rounding to 32 bits first keeps writer and reader agreed.
  const scale = Math.fround(largest / VALUE_MAX)
  if (scale === 0) return { scale: 0, values: new Int8Array(vector.length) }
  return {
    scale,
    values: Int8Array.from(vector, (number) => Math.max(-VALUE_MAX, Math.min(VALUE_MAX, Math.round(number / scale)))),
  }
}
