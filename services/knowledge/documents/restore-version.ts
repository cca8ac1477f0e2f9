import { DocumentNotFoundError } from '../errors.ts'
import { VersionNotFoundError } from './document-errors.ts'
import { createDocumentRepository } from './document-repository.ts'
import { replaceContent } from './replace-content.ts'
import { startReading, type UploadDocumentDependencies, type Uploaded } from './upload-document.ts'
import { createVersionRepository } from './version-repository.ts'

/**
 * Makes the content of a kept version that of the document again, as its next version. The version in place calls off the one that was to replace
 * it. Throws VersionNotFoundError, and what `replaceContent` throws.
 */
export const restoreVersion = async (
  dependencies: UploadDocumentDependencies,
  { documentId, version }: { documentId: string; version: number },
): Promise<Uploaded> => {
  const replaced = await dependencies.database.transaction(async (transaction) => {
    // Locked first: another new version would drop the oldest one.
    if (!(await createDocumentRepository(transaction).lock(documentId))) throw new DocumentNotFoundError(documentId)
    const kept = await createVersionRepository(transaction).find(documentId, version)
    if (!kept) throw new VersionNotFoundError(documentId, version)
    const { name, mediaType, contentHash, sizeBytes } = kept
    return replaceContent(transaction, documentId, { name, mediaType, contentHash, sizeBytes })
  })
  return startReading(dependencies, replaced)
}
