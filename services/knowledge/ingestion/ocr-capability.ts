import type { PageImage } from '#shared/documents/page-sink.ts'

/** Makes text of pictures: a model, or whatever else can read. */
export interface OcrCapability {
  /** Shown where it is told who read a page. */
  readonly name: string
  /**
   * What the picture says, as Markdown; empty for one without text. Throws PageFailedError for a picture that it will not read; anything else is a
   * cause outside of the document.
   */
  read(image: PageImage, call: { appId: string; signal: AbortSignal }): Promise<string>
}
