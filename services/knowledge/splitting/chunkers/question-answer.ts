import type { Chunker, ChunkPiece } from '../chunk-piece.ts'
import { inOrder } from '../in-order.ts'
import { pairsOfTable } from '../questions/pairs-of-table.ts'
import { pairsOfText } from '../questions/pairs-of-text.ts'
import type { QuestionPair } from '../questions/question-pair.ts'
import { LENGTH_MAX_HIGHEST, type SplitSettings } from '../split-settings.ts'
import { cutSpan, splitRange } from '../split-text.ts'
import { findTables, spansBetween } from '../tables/find-tables.ts'

/**
 * Each question is a chunk that is found by the question alone; its context is the question with the answer. Pairs come from columns of tables and
 * from text that asks and answers; what is neither is cut by length. A question longer than `lengthMax` is cut, and so is an answer longer than
 * `LENGTH_MAX_HIGHEST`: each of its parts has the same question.
 */
export const splitQuestionsAndAnswers: Chunker = (source, settings) => {
  const end = source.text.length
  const asked = findTables(source).flatMap((table) => {
    const pairs = pairsOfTable(source, table, settings)
    return pairs ? [{ table, pairs }] : []
  })
  const tables = asked.map(({ table }) => table)
  const ofText = spansBetween(tables, end).flatMap((span) => pairsOfText(source, span))
  const pairs = [...asked.flatMap(({ pairs: ofTable }) => ofTable), ...ofText]
  const taken = [...tables, ...ofText].sort((a, b) => a.start - b.start)
  const around = spansBetween(taken, end).flatMap((span) => splitRange(source, span, settings))
  return inOrder(
    pairs.flatMap((pair) => toPieces(pair, settings)),
    around,
  )
}

const toPieces = ({ start, end, title, question, answer }: QuestionPair, settings: SplitSettings): ChunkPiece[] => {
  const at = { start, end, title }
  const [asked = '', ...more] = cutAll(question, settings)
  if (answer === '') return [asked, ...more].map((content) => ({ ...at, content }))
  const parts = cutAll(answer, { ...settings, lengthMin: 1, lengthMax: LENGTH_MAX_HIGHEST, overlap: 0 })
  // The later parts of a long question lead to where its answer begins.
  return [
    ...parts.map((part) => ({ ...at, content: asked, context: `${asked}\n${part}` })),
    ...more.map((content) => ({ ...at, content, context: `${content}\n${parts[0] ?? ''}` })),
  ]
}

const cutAll = (text: string, settings: SplitSettings): string[] =>
  cutSpan(text, { start: 0, end: text.length }, settings).map((span) => text.slice(span.start, span.end))
