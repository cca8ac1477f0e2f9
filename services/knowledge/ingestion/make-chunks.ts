import { type DocumentText, pageAt } from '#shared/documents/document-text.ts'
import type { NewChunk } from '../chunks/commit-chunks.ts'
import type { SplitSettings } from '../splitting/split-settings.ts'
import { splitText } from '../splitting/split-text.ts'

/** A document's chunks in reading order; their keys are "0", "1", … The same document and settings give the same chunks. */
export const makeChunks = (document: DocumentText, settings: SplitSettings): NewChunk[] =>
  splitText(document.text, settings, document.headings).map(({ start, end, title }, position) => ({
    key: String(position),
    position,
    title,
    content: document.text.slice(start, end),
    context: null,
    page: pageAt(document.pageStarts, start),
    pageEnd: pageAt(document.pageStarts, end - 1),
    references: {},
  }))
