import type { Chunker } from '../chunk-piece.ts'
import { findFences } from '../code/find-fences.ts'
import { looksLikeCode } from '../code/looks-like-code.ts'
import { splitCode } from '../code/split-code.ts'
import { inOrder } from '../in-order.ts'
import { splitRange } from '../split-text.ts'
import { spansBetween } from '../tables/find-tables.ts'

/**
 * Source text is cut between its constructs, whole files as well as fenced code in Markdown; prose is cut by length. What a chunk is inside of is
 * its title. A line stays whole up to `LENGTH_MAX_HIGHEST` characters, so a chunk of code may be longer than `lengthMax` where a line is.
 */
export const splitBetweenConstructs: Chunker = (source, settings) => {
  const all = { start: 0, end: source.text.length }
  const isPlain = source.headings.length === 0 && !source.hasPages
  if (isPlain && looksLikeCode(source.text)) return splitCode(source, all, settings)
  const fences = findFences(source.text)
  return inOrder(
    fences.flatMap((span) => splitCode(source, span, settings)),
    spansBetween(fences, all.end).flatMap((span) => splitRange(source, span, settings)),
  )
}
