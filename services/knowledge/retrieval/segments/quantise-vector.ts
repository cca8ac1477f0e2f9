/** A vector in two bytes a number: number `i` of it is about `(values[i] + rests[i] / REST_STEPS) * scale`. */
export interface QuantisedVector {
  /** 0 for a vector of zeros. */
  scale: number
  /** What a search multiplies first, with every vector. */
  values: Int8Array
  /** What rounding to `values` left over: read for the best of them alone. */
  rests: Int8Array
}

/** The largest number of a vector becomes this. -128 stays unused, so that a vector and its negative are treated alike. */
const VALUE_MAX = 127
/** Rounding leaves over at most half a step, which becomes 127. */
export const REST_STEPS = 254

/**
 * Brings a vector into bytes: its largest number m becomes 127, each is rounded, and what that leaves over is kept beside in steps of 1/254. The first
 * bytes alone put a cosine off by some thousandths (each number by m / 254 at most), enough to change places with a neighbour; both together by less
 * than a ten-thousandth.
 */
export const quantiseVector = (vector: Float32Array): QuantisedVector => {
  let largest = 0
  for (const number of vector) largest = Math.max(largest, Math.abs(number))
  const values = new Int8Array(vector.length)
  const rests = new Int8Array(vector.length)
  if (largest === 0) return { scale: 0, values, rests }
  for (const [at, number] of vector.entries()) {
    const exact = (number * VALUE_MAX) / largest
    const value = Math.round(exact)
    values[at] = value
    rests[at] = Math.round((exact - value) * REST_STEPS)
  }
  return { scale: largest / VALUE_MAX, values, rests }
}
