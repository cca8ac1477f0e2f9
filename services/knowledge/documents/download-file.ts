import { DOCUMENT_BYTES_MAX, DocumentUnreadableError } from '#shared/documents/errors.ts'
import { OutboundTooLargeError } from '#shared/outbound/errors.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import { DownloadFailedError } from '../errors.ts'

const DOWNLOAD_MS_MAX = 60_000

/** Fetches a file through the outbound guard, at most DOCUMENT_BYTES_MAX of it. Throws an OUTBOUND_… or KNOWLEDGE_… AppError. */
export const downloadFile = async (
  outbound: OutboundGuard,
  url: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> => {
  const response = await outbound
    .fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_MS_MAX)]) })
    .catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('OUTBOUND_')) throw error
      signal.throwIfAborted()
      throw new DownloadFailedError(error instanceof Error ? error.message : 'unknown cause', { cause: error })
    })
  if (!response.ok) {
    await response.body?.cancel()
    throw new DownloadFailedError(`the server answered ${response.status}`)
  }
  return readBytesAtMost(response, DOCUMENT_BYTES_MAX).catch((error: unknown) => {
    throw error instanceof OutboundTooLargeError ? new DocumentUnreadableError('tooLarge') : error
  })
}
