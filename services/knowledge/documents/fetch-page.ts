import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { downloadFile } from './download-file.ts'
import { lastPartOf, titleOf } from './page-name.ts'
import { cleanName, storeFile } from './store-file.ts'
import type { VersionContent } from './version-repository.ts'

/**
 * Fetches a web page or file and stores it. Its content decides what it is, whatever the server calls it. Throws an OUTBOUND_… AppError for an
 * address that may not be called, DownloadFailedError, DocumentUnreadableError.
 */
export const fetchPage = async (
  { files, outbound }: { files: ObjectStore; outbound: OutboundGuard },
  url: URL,
  signal: AbortSignal,
): Promise<VersionContent> => {
  const bytes = await downloadFile(outbound, url.href, signal)
  const content = await storeFile({ files }, { name: lastPartOf(url), bytes })
  const title = content.mediaType === 'text/html' ? await titleOf(bytes) : ''
  return title === '' ? content : { ...content, name: cleanName(title) }
}
