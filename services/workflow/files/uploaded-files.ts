import type { UploadedFiles } from '../engine/flow-services.ts'
import { fileIdOf } from './file-address.ts'
import type { FileStores } from './save-upload.ts'

/** Finds uploaded files by their address: their content is on this host, whose own address the outbound guard may refuse. */
export const createUploadedFiles = ({
  files,
  objects,
}: {
  files: Pick<FileStores['files'], 'find'>
  objects: Pick<FileStores['objects'], 'localPath'>
}): UploadedFiles => ({
  async find(address) {
    const id = fileIdOf(address)
    const file = id === undefined ? undefined : await files.find(id)
    return file && { name: file.name, sizeBytes: file.sizeBytes, path: await objects.localPath(file.contentHash) }
  },
})
