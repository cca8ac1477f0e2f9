import type { UnreadableReason } from './errors.ts'

/** A picture of a page, made ready for a model: JPEG or PNG of bounded size. */
export interface PageImage {
  mediaType: string
  bytes: Uint8Array
}

/** What readers ask and tell about single pages, beside the text that they write. Pages count from 1. */
export interface PageSink {
  /** The first page to read: the ones before it were read already. */
  firstPage: number
  /** Whether somebody can read pictures. Pages that are one fail as "needs OCR" otherwise. */
  takesImages: boolean
  /** True when what this page's picture says is known already: it need not be looked at, and fails as "needs OCR". */
  isKnown(page: number): boolean
  /** This page cannot be read, the others go on. `reason` is for a log. */
  failed(page: number, why: UnreadableReason, reason?: string): void
  /** Hands over the picture of a page that has no text; resolves when the next one may come. */
  image(page: number, image: PageImage): Promise<void>
}
