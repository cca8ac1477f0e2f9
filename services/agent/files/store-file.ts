import { randomBytes } from 'node:crypto'
import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import { readDocumentBytes } from '#shared/documents/read-document-bytes.ts'
import { storableText } from '#shared/journal/run-writer.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { AgentFileRow } from '../tables.ts'
import { FileTooLargeError } from './file-errors.ts'
import { DOCUMENT_FILE_BYTES_MAX, FILE_NAME_CHARS_MAX, IMAGE_BYTES_MAX, TEXT_CHARS_MAX } from './file-limits.ts'
import type { FileRepository } from './file-repository.ts'
import { sniffImage } from './sniff-image.ts'

export interface FileStores {
  files: FileRepository
  objects: ObjectStore
}

const ID_BYTES = 16

/**
 * Stores a file that came with a message or before it: a picture as it is, a document with the text that was read from it, so that a file that
 * cannot be read is refused at once. Throws FileTooLargeError, DocumentUnreadableError.
 */
export const storeFile = async (
  { files, objects }: FileStores,
  file: { appId: string; name: string; bytes: Uint8Array },
  signal: AbortSignal,
): Promise<AgentFileRow> => {
  const { appId, bytes } = file
  const name = toFileName(file.name)
  const row = { id: randomBytes(ID_BYTES).toString('hex'), appId, name, sizeBytes: bytes.byteLength }
  const image = sniffImage(bytes)
  if (image) {
    if (bytes.byteLength > IMAGE_BYTES_MAX) throw new FileTooLargeError('image', IMAGE_BYTES_MAX)
    return files.insert({ ...row, kind: 'image', mediaType: image, contentHash: await objects.put(bytes) })
  }
  if (bytes.byteLength > DOCUMENT_FILE_BYTES_MAX) throw new FileTooLargeError('document', DOCUMENT_FILE_BYTES_MAX)
  const mediaType = await detectMediaType(bytes, name)
  const document = await readDocumentBytes(bytes, mediaType, signal)
  const text = storableText(document.text).slice(0, TEXT_CHARS_MAX)
  const [contentHash, textHash] = await Promise.all([objects.put(bytes), objects.put(Buffer.from(text))])
  return files.insert({ ...row, kind: 'document', mediaType, contentHash, textHash, textChars: text.length })
}

/** Without a path, and short. */
const toFileName = (name: string): string =>
  storableText(name.split(/[/\\]/).at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(-FILE_NAME_CHARS_MAX) || 'file'
