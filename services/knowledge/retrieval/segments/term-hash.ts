/** 2^21 - 1: the upper half of a 53-bit integer. */
const UPPER_MASK = 0x1fffff
const TWO_TO_32 = 4_294_967_296

/**
 * A term as a 53-bit integer, the widest a JavaScript number holds exactly: two multiplicative 32-bit mixes (cyrb53). Two different terms
 * of a base of a million collide with a probability below 10^-4, and a collision costs one wrongly scored term.
 *
 * @param field index in FIELDS, so that a word and an equal four-character gram stay apart
 */
export const hashTerm = (field: number, term: string): number => {
  let first = 0xdeadbeef ^ field
  let second = 0x41c6ce57 ^ field
  for (let index = 0; index < term.length; index++) {
    const unit = term.charCodeAt(index)
    first = Math.imul(first ^ unit, 2_654_435_761)
    second = Math.imul(second ^ unit, 1_597_334_677)
  }
  first = Math.imul(first ^ (first >>> 16), 2_246_822_507) ^ Math.imul(second ^ (second >>> 13), 3_266_489_909)
  second = Math.imul(second ^ (second >>> 16), 2_246_822_507) ^ Math.imul(first ^ (first >>> 13), 3_266_489_909)
  return TWO_TO_32 * (UPPER_MASK & second) + (first >>> 0)
}
