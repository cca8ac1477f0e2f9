import type { SourceText, Span } from './source-text.ts'
import type { SplitSettings } from './split-settings.ts'

/** A chunk before it has a key: where it comes from in its document, and what it is found by and shown as. */
export interface ChunkPiece extends Span {
  title: string
  /** What it is found by together with its title; the text of the span where it is missing. */
  content?: string
  /** Wider text to show a model instead of the content; missing where it is the same. */
  context?: string
}

/**
 * Cuts a document. Pure: the same document and settings give the same pieces. Pieces come in reading order; all of the text but blank space is in one
 * of them, as it is written or in their contents; no piece is cut through a character. Settings must be normalised.
 */
export type Chunker = (source: SourceText, settings: SplitSettings) => ChunkPiece[]
