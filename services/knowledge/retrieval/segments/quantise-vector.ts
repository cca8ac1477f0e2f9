/** A vector in a byte a number: number `i` of the vector is about `values[i] * scale`. */
export interface QuantisedVector {
  /** 0 for a vector of zeros. */
  scale: number
  values: Int8Array
}

/** The largest number of a vector becomes this. -128 stays unused, so that a vector and its negative are treated alike. */
const VALUE_MAX = 127

/**
 * Brings a vector of length 1 into bytes: its largest number becomes 127, each is rounded, and `scale` = 1 / |values| makes the result one of length 1
 * again, so that a product with another unit vector stays a cosine. Rounding is off by at most half of the largest number / 127, evenly spread, which
 * puts the cosine of two vectors of d numbers off by about m / (127 * sqrt(12)) where m is the largest number: below 0.001 for vectors of models.
 */
export const quantiseVector = (vector: Float32Array): QuantisedVector => {
  let largest = 0
  for (const number of vector) largest = Math.max(largest, Math.abs(number))
  if (largest === 0) return { scale: 0, values: new Int8Array(vector.length) }
  const values = Int8Array.from(vector, (number) => Math.round((number * VALUE_MAX) / largest))
  const squares = values.reduce((sum, value) => sum + value * value, 0)
  return { scale: 1 / Math.sqrt(squares), values }
}
