import { ObjectTooLargeError } from '#shared/objects/errors.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import { FileRefusedError, UploadInvalidError } from '../errors.ts'
import type { NewFlowFile } from '../tables.ts'
import type { FileRepository } from './file-repository.ts'
import { EXTENSIONS, extensionOf, FILE_BYTES_MAX, FILE_NAME_CHARS_MAX, FILES_PER_UPLOAD_MAX } from './file-rules.ts'
import { type FormPart, MultipartError, readMultipart } from './read-multipart.ts'

const ID_BYTES = 16

export interface FileStores {
  files: FileRepository
  objects: ObjectStore
}

/**
 * Stores the files of a form, in order, while they arrive. One that is refused refuses the whole form; what was stored of it is swept later.
 * Throws UploadInvalidError for a form without files, FileRefusedError for a file of a kind or a size that is not taken.
 */
export const saveUpload = async (
  { files, objects }: FileStores,
  upload: { appId: string; field: string; body: AsyncIterable<Uint8Array>; boundary: string },
): Promise<NewFlowFile[]> => {
  const rows: NewFlowFile[] = []
  try {
    for await (const part of readMultipart(upload.body, upload.boundary)) {
      if (part.name !== upload.field) continue
      if (part.fileName === undefined) throw new UploadInvalidError(upload.field, 'it is no file')
      if (rows.length === FILES_PER_UPLOAD_MAX) {
        throw new FileRefusedError(part.fileName, `an upload holds at most ${FILES_PER_UPLOAD_MAX} files`)
      }
      rows.push(await storePart(objects, upload.appId, { ...part, fileName: part.fileName }))
    }
  } catch (error) {
    if (error instanceof MultipartError) throw new UploadInvalidError(upload.field, error.message)
    throw error
  }
  if (rows.length === 0) throw new UploadInvalidError(upload.field, 'Field required')
  await files.insert(rows)
  return rows
}

const storePart = async (
  objects: ObjectStore,
  appId: string,
  { fileName, body }: FormPart & { fileName: string },
): Promise<NewFlowFile> => {
  const name = toPlainName(fileName)
  const extension = extensionOf(name)
  if (!EXTENSIONS.has(extension)) throw new FileRefusedError(name, `files of type "${extension}" are not taken`)
  try {
    const { hash, sizeBytes } = await objects.putStream(body, { bytesMax: FILE_BYTES_MAX })
    const id = Buffer.from(crypto.getRandomValues(new Uint8Array(ID_BYTES))).toString('hex')
    return { id, appId, contentHash: hash, sizeBytes, name, extension }
  } catch (error) {
    if (error instanceof ObjectTooLargeError)
      throw new FileRefusedError(name, `it is larger than ${FILE_BYTES_MAX} bytes`)
    throw error
  }
}

/** Without folders and control characters, at the end of which the extension stays. */
const toPlainName = (fileName: string): string => {
  const last = fileName.split(/[\\/]/).at(-1) ?? ''
  return last.replaceAll(/\p{Cc}/gu, '').slice(-FILE_NAME_CHARS_MAX)
}
