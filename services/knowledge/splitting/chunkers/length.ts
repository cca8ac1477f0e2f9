import type { Chunker } from '../chunk-piece.ts'
import { splitRange } from '../split-text.ts'

/** By length, at the best borders there are; also at headings and at the caller's marks. No content is longer than `lengthMax`. */
export const splitByLength: Chunker = (source, settings) =>
  splitRange(source, { start: 0, end: source.text.length }, settings)
