import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import { readDocumentBytes } from '#shared/documents/read-document-bytes.ts'
import { AppError } from '#shared/errors/app-error.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { NewChunk } from '../chunks/commit-chunks.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import { downloadFile } from '../documents/download-file.ts'
import { makeChunks } from '../ingestion/make-chunks.ts'
import { nameOf, readAddress } from './file-address.ts'
import { type SplitDefaults, splittingOf } from './split-defaults.ts'
import { wireError } from './wire-error.ts'
import type { FileSplit } from './wire-models.ts'
import type { WireCall } from './wire-strategy.ts'

export interface SplitFileDependencies {
  documents: DocumentRepository
  outbound: OutboundGuard
}

export interface SplitDocument {
  /** The id of a draft that remembers the document's name until its chunks are saved. */
  docId: string
  name: string
  /** Where it was fetched. */
  url: string
  chunks: NewChunk[]
}

/**
 * Fetches a file or web page, reads it and cuts it into chunks for the client to save. Nothing is searchable yet. Throws WireError.
 */
export const splitFile = async (
  { documents, outbound }: SplitFileDependencies,
  request: FileSplit,
  call: WireCall & { defaults: SplitDefaults; needsExtension?: boolean },
): Promise<SplitDocument> => {
  const url = readAddress(request, call)
  try {
    const bytes = await downloadFile(outbound, url.href, call.signal)
    const name = nameOf(url)
    const mediaType = await detectMediaType(bytes, name)
    const text = await readDocumentBytes(bytes, mediaType, call.signal)
    const chunks = makeChunks(text, splittingOf(request, call.defaults))
    const docId = Bun.randomUUIDv7()
    const facts = { name, mediaType, sizeBytes: bytes.byteLength }
    await documents.insert({ id: docId, appId: call.appId ?? '', baseId: null, state: 'draft', ...facts })
    return { docId, name, url: url.href, chunks }
  } catch (error) {
    throw toSplitFailure(error)
  }
}

/** What may not be fetched is a wrong parameter; what cannot be fetched, read or cut is a failed split. Other errors stay what they are. */
export const toSplitFailure = (error: unknown): unknown => {
  if (!(error instanceof AppError)) return error
  const code = error.code === 'OUTBOUND_REFUSED' || error.code === 'OUTBOUND_URL_INVALID' ? 10003 : 10016
  return wireError(code, `${error.message} ${error.remedy ?? ''}`.trim(), { cause: error })
}
