import { type DocumentText, pageAt } from '#shared/documents/document-text.ts'
import type { NewChunk } from '../chunks/commit-chunks.ts'
import { splitDocument } from '../splitting/split-document.ts'
import type { SplitSettings } from '../splitting/split-settings.ts'

/** A document's chunks in reading order; their keys are "0", "1", … The same document and settings give the same chunks. */
export const makeChunks = (document: DocumentText, settings: SplitSettings): NewChunk[] =>
  splitDocument(document, settings).map(({ start, end, title, content, context }, position) => ({
    key: String(position),
    position,
    title,
    content,
    context,
    page: pageAt(document.pageStarts, start),
    pageEnd: pageAt(document.pageStarts, end - 1),
    references: {},
  }))
