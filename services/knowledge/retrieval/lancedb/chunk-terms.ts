import type { LanguageRules } from '../languages/language-rules.ts'
import { hashTerm } from '../segments/term-hash.ts'
import { FIELDS, textFeatures } from '../segments/text-features.ts'

/**
 * The terms of one chunk as the engine stores them twice: as words for LanceDB's own full-text index, which finds candidates, and as numbers from
 * which their score is computed.
 */
export interface ChunkTerms {
  /** By field: its terms, separated by spaces. */
  words: string[]
  numbers: Uint8Array
}

/** Terms of a chunk, read from the bytes that `encodeTerms` made. */
export interface CountedTerms {
  /** Length of each field, in terms. */
  lengths: Uint32Array
  /** Ascending. */
  hashes: Uint32Array
  /** How often each occurs; 255 stands for that or more. */
  frequencies: Uint8Array
}

const TWO_TO_32 = 4_294_967_296
const HEADER_FIELDS = 1 + FIELDS.length
/** LanceDB drops longer tokens; a longer term stands in its index as its hash. */
export const TERM_BYTES_MAX = 60

/**
 * Splits a text into terms, with the same features as `segments`. Numbers are little-endian:
 *
 * ```
 *   terms         u32
 *   lengths       u32 x fields
 *   hashes        u32 x terms     lower half of the 53-bit hash: two terms of one chunk hardly ever meet
 *   frequencies   u8 x terms
 * ```
 */
export const encodeTerms = (text: string, rules: LanguageRules): ChunkTerms => {
  const features = textFeatures(text, rules)
  const frequencies = new Map<number, number>()
  for (const [field, name] of FIELDS.entries()) {
    for (const term of features[name]) {
      const hash = shortHash(field, term)
      frequencies.set(hash, (frequencies.get(hash) ?? 0) + 1)
    }
  }
  const hashes = Uint32Array.from(frequencies.keys()).sort()
  const bytes = new Uint8Array((HEADER_FIELDS + hashes.length) * 4 + hashes.length)
  const header = new Uint32Array(bytes.buffer, 0, HEADER_FIELDS + hashes.length)
  header.set([hashes.length, ...FIELDS.map((name) => features[name].length)])
  header.set(hashes, HEADER_FIELDS)
  bytes.set(
    Uint8Array.from(hashes, (hash) => Math.min(255, frequencies.get(hash) ?? 0)),
    header.byteLength,
  )
  return { words: FIELDS.map((name) => features[name].map(asToken).join(' ')), numbers: bytes }
}

/** The opposite of `encodeTerms`. Copies, because the bytes may begin anywhere. */
export const decodeTerms = (bytes: Uint8Array): CountedTerms => {
  const copy = bytes.slice()
  const terms = new Uint32Array(copy.buffer, 0, 1)[0] ?? 0
  return {
    lengths: new Uint32Array(copy.buffer, 4, FIELDS.length),
    hashes: new Uint32Array(copy.buffer, HEADER_FIELDS * 4, terms),
    frequencies: copy.subarray((HEADER_FIELDS + terms) * 4),
  }
}

export const shortHash = (field: number, term: string): number => hashTerm(field, term) % TWO_TO_32

/** A term as one token of a tokenizer that splits at white space. */
export const asToken = (term: string): string => {
  const token = term.replaceAll(' ', '_')
  return Buffer.byteLength(token) <= TERM_BYTES_MAX ? token : hashTerm(0, term).toString(36)
}

/** How often a term occurs in a chunk. */
export const frequencyIn = ({ hashes, frequencies }: CountedTerms, hash: number): number => {
  let low = 0
  let high = hashes.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const value = hashes[middle] as number
    if (value === hash) return frequencies[middle] as number
    if (value < hash) low = middle + 1
    else high = middle - 1
  }
  return 0
}
