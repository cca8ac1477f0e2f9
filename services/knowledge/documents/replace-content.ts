import type { Database } from '#shared/postgres/connect.ts'
import { DocumentNotFoundError } from '../errors.ts'
import type { DocumentRow } from '../tables.ts'
import { DocumentIsDraftError } from './document-errors.ts'
import { createDocumentRepository } from './document-repository.ts'
import { createVersionRepository, type VersionContent } from './version-repository.ts'

export interface Replacement {
  document: DocumentRow
  /** A run has to be queued for it once the transaction is committed. */
  isQueued: boolean
}

/**
 * Makes this the content that the document is to have, inside a transaction. New content becomes its next version, which is searched once it has
 * been read; until then, and if that fails, what was searched before still is. The content in place changes nothing, but calls off a version
 * that was to replace it; content that failed is read again. Throws ContentKnownError for content of another document of the base,
 * DocumentIsDraftError, DocumentNotFoundError.
 */
export const replaceContent = async (
  transaction: Database,
  documentId: string,
  content: VersionContent,
): Promise<Replacement> => {
  const versions = createVersionRepository(transaction)
  const document = await createDocumentRepository(transaction).lock(documentId)
  if (!document) throw new DocumentNotFoundError(documentId)
  if (document.state === 'draft') throw new DocumentIsDraftError(documentId)
  const { pendingVersion, state } = document
  const pending = pendingVersion === null ? undefined : await versions.find(documentId, pendingVersion)

  if (content.contentHash === document.contentHash) {
    if (pendingVersion === null)
      return state === 'failed' ? queued(await versions.queue(documentId, null)) : asItIs(document)
    // Without chunks it never was in place: its first reading was overtaken.
    if (document.chunkCount === 0) return queued(await versions.queue(documentId, null))
    return asItIs((await versions.callOff(document)) ?? document)
  }
  if (pending?.contentHash === content.contentHash) {
    return state === 'failed' ? queued(await versions.queue(documentId, pendingVersion)) : asItIs(document)
  }
  await versions.refuseKnown(document, content.contentHash)
  return queued(await versions.add(document, content))
}

const asItIs = (document: DocumentRow): Replacement => ({ document, isQueued: false })

const queued = (document: DocumentRow | undefined): Replacement => {
  if (!document) throw new Error('A locked document could not be queued.')
  return { document, isQueued: true }
}
