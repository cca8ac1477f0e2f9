import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { DocumentRow } from '../tables.ts'
import { SourceMissingError } from './document-errors.ts'
import { fetchPage } from './fetch-page.ts'
import { replaceContent } from './replace-content.ts'
import { startReading, type UploadDocumentDependencies, type Uploaded } from './upload-document.ts'

/**
 * Fetches a document again from where it came; what has changed becomes its next version. Throws SourceMissingError for one that came from no
 * address, and what `fetchPage` and `replaceContent` throw.
 */
export const refreshDocument = async (
  dependencies: UploadDocumentDependencies & { outbound: OutboundGuard },
  document: DocumentRow,
  signal: AbortSignal,
): Promise<Uploaded> => {
  const url = URL.parse(document.sourceUrl ?? '')
  if (!url) throw new SourceMissingError(document.id)
  const content = await fetchPage(dependencies, url, signal)
  const replaced = await dependencies.database.transaction((transaction) =>
    replaceContent(transaction, document.id, content),
  )
  return startReading(dependencies, replaced)
}
