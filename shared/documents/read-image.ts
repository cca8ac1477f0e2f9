import { DocumentUnreadableError, type UnreadableReason } from './errors.ts'
import type { PageImage, PageSink } from './page-sink.ts'
import type { TextWriter } from './text-writer.ts'

/** A picture that claims more is never opened; 64 million is a sheet of A3 at 600 dpi. */
export const IMAGE_PIXELS_MAX = 70_000_000
/** Longer side of what is handed on: letters of a page stay readable, and models make pictures no larger. */
const SIDE_PIXELS_MAX = 2_000
const JPEG_QUALITY = 85

/** A picture as a document of one page. */
export const readImage = async (bytes: Uint8Array, writer: TextWriter, pages: PageSink): Promise<void> => {
  writer.progress(0, 1)
  writer.startPage()
  if (pages.takesImages && !pages.isKnown(1)) await pages.image(1, await fitImage(bytes))
  else pages.failed(1, 'needsOcr')
  writer.progress(1, 1)
}

/** The picture as a JPEG that is no larger than it has to be. Throws DocumentUnreadableError. */
export const fitImage = async (bytes: Uint8Array): Promise<PageImage> => {
  try {
    const fitted = await new Bun.Image(bytes, { maxPixels: IMAGE_PIXELS_MAX })
      .resize(SIDE_PIXELS_MAX, SIDE_PIXELS_MAX, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: JPEG_QUALITY })
      .bytes()
    return { mediaType: 'image/jpeg', bytes: fitted }
  } catch (error) {
    throw new DocumentUnreadableError(whyBroken(error), { reason: error instanceof Error ? error.message : '' })
  }
}

const whyBroken = (error: unknown): UnreadableReason => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ERR_IMAGE_TOO_MANY_PIXELS') return 'imageTooLarge'
  return code === 'ERR_IMAGE_FORMAT_UNSUPPORTED' ? 'imageUnsupported' : 'imageBroken'
}
