import { AppError } from '#shared/errors/app-error.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import { readBytesAtMost } from '#shared/outbound/read-bytes.ts'
import { CallAbandonedError, DocumentUnavailableError } from '../errors.ts'
import { DOCUMENT_BYTES_MAX } from '../openapi/parse-document.ts'

const FETCH_MS_MAX = 30_000

/** The text at an address, fetched through the guard. @throws DocumentUnavailableError, OUTBOUND_…, CallAbandonedError when the signal aborts */
export const fetchDocument = async (outbound: OutboundGuard, url: string, signal: AbortSignal): Promise<string> => {
  try {
    const response = await outbound.fetch(url, {
      headers: { accept: 'application/json, application/yaml, */*;q=0.5', 'user-agent': 'Orrery' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(FETCH_MS_MAX)]),
    })
    if (!response.ok) throw new DocumentUnavailableError(url, `it answered ${response.status}`)
    return new TextDecoder().decode(await readBytesAtMost(response, DOCUMENT_BYTES_MAX))
  } catch (error) {
    if (signal.aborted) throw new CallAbandonedError()
    if (error instanceof AppError) throw error
    throw new DocumentUnavailableError(url, error instanceof Error ? error.message : String(error))
  }
}
