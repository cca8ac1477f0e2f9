import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { DOCUMENT_BYTES_MAX, DocumentUnreadableError, DownloadFailedError } from '../errors.ts'

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
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > DOCUMENT_BYTES_MAX) throw new DocumentUnreadableError('tooLarge')
    parts.push(part)
  }
  return new Uint8Array(Buffer.concat(parts))
}
