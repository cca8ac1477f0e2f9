import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import { DOCUMENT_BYTES_MAX, DocumentUnreadableError } from '#shared/documents/errors.ts'
import { isImageType } from '#shared/documents/media-types.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { VersionContent } from './version-repository.ts'

const NAME_CHARACTERS_MAX = 255

/**
 * Looks at a file and stores it, durable once this resolves; a row has to name it within the hour. Throws DocumentUnreadableError for what no
 * reader takes, and with `refuseImages` for pictures, which nobody would read.
 */
export const storeFile = async (
  { files }: { files: ObjectStore },
  file: { name: string; bytes: Uint8Array; refuseImages?: boolean },
): Promise<VersionContent> => {
  const name = cleanName(file.name)
  const mediaType = await detectMediaType(file.bytes, name)
  if (file.refuseImages && isImageType(mediaType)) throw new DocumentUnreadableError('needsOcr')
  return { name, mediaType, contentHash: await files.put(file.bytes), sizeBytes: file.bytes.byteLength }
}

/** Of a form's file. Throws DocumentUnreadableError for one that is too large, before it is copied. */
export const bytesOf = async (file: File): Promise<Uint8Array> => {
  if (file.size > DOCUMENT_BYTES_MAX) throw new DocumentUnreadableError('tooLarge', { bytes: file.size })
  return new Uint8Array(await file.arrayBuffer())
}

/** The name of a file that was given with its path. */
export const withoutPath = (name: string): string => name.replace(/^.*[/\\]/, '')

/** What lists and citations show: without control characters, and short enough for a line. */
export const cleanName = (name: string): string =>
  name
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, NAME_CHARACTERS_MAX)
    .toWellFormed() || 'untitled'
