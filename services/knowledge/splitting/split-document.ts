import type { DocumentText } from '#shared/documents/document-text.ts'
import type { Chunker, ChunkPiece } from './chunk-piece.ts'
import { splitBetweenConstructs } from './chunkers/code.ts'
import { splitByHeadings } from './chunkers/headings.ts'
import { splitByLength } from './chunkers/length.ts'
import { splitIntoParents } from './chunkers/parent-child.ts'
import { splitQuestionsAndAnswers } from './chunkers/question-answer.ts'
import { splitByRows } from './chunkers/table-rows.ts'
import { keepWhole } from './chunkers/whole.ts'
import { openSource } from './source-text.ts'
import type { ChunkerName, SplitSettings } from './split-settings.ts'

const chunkers: Record<ChunkerName, Chunker> = {
  length: splitByLength,
  headings: splitByHeadings,
  'parent-child': splitIntoParents,
  'question-answer': splitQuestionsAndAnswers,
  'table-rows': splitByRows,
  code: splitBetweenConstructs,
  whole: keepWhole,
}

/** Cuts a document the way its settings choose; see `Chunker` for what all ways have in common. */
export const splitDocument = (document: DocumentText, settings: SplitSettings): Required<ChunkPieceText>[] => {
  const source = openSource(document, settings.cutOff)
  return chunkers[settings.chunker ?? 'length'](source, settings).map((piece) => {
    const content = piece.content ?? document.text.slice(piece.start, piece.end)
    const context = piece.context === undefined || piece.context === content ? null : piece.context
    return { start: piece.start, end: piece.end, title: piece.title, content, context }
  })
}

type ChunkPieceText = Omit<ChunkPiece, 'content' | 'context'> & { content: string; context: string | null }
