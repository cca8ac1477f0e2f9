import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import { readDocumentBytes } from '#shared/documents/read-document-bytes.ts'
import { AppError } from '#shared/errors/app-error.ts'
import type { OutboundGuard } from '#shared/outbound/outbound-guard.ts'
import type { DocumentRepository } from '../documents/document-repository.ts'
import { makeChunks } from '../ingestion/make-chunks.ts'
import { normaliseSplitting, type SplitSettings } from '../splitting/split-settings.ts'
import { downloadFile } from './download-file.ts'
import { wireError } from './wire-error.ts'
import type { FileSplit } from './wire-models.ts'

export interface SplitFileDependencies {
  documents: DocumentRepository
  outbound: OutboundGuard
}

const RESOURCE_FILE = 0
const RESOURCE_WEB_PAGE = 1

/** What the original meant to send when a client leaves these out. */
const LENGTH_RANGE: [number, number] = [16, 512]
const OVERLAP = 16
const SEPARATORS = ['。', '！', '；', '？']

/**
 * Fetches a file or web page, reads it and cuts it into chunks for the client to save. Nothing is searchable yet; only a draft remembers the
 * document's name. Throws WireError.
 */
export const splitFile = async (
  { documents, outbound }: SplitFileDependencies,
  request: FileSplit,
  call: { appId: string | undefined; signal: AbortSignal },
) => {
  const url = checkAddress(request)
  try {
    const bytes = await downloadFile(outbound, url.href, call.signal)
    const name = nameOf(url)
    const mediaType = await detectMediaType(bytes, name)
    const chunks = makeChunks(await readDocumentBytes(bytes, mediaType, call.signal), settingsOf(request))
    const docId = Bun.randomUUIDv7()
    const facts = { name, mediaType, sizeBytes: bytes.byteLength }
    await documents.insert({ id: docId, appId: call.appId ?? '', baseId: null, state: 'draft', ...facts })
    return chunks.map((chunk) => ({
      docId,
      dataIndex: chunk.key,
      title: chunk.title,
      content: chunk.content,
      context: chunk.content,
      references: {},
      docInfo: {
        documentId: docId,
        documentName: name,
        documentSource: url.href,
        ...(chunk.page === null ? {} : { page: chunk.page, pageEnd: chunk.pageEnd }),
      },
    }))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const code = error.code === 'OUTBOUND_REFUSED' || error.code === 'OUTBOUND_URL_INVALID' ? 10003 : 10016
    throw wireError(code, `${error.message} ${error.remedy ?? ''}`.trim(), { cause: error })
  }
}

const checkAddress = ({ file, resourceType }: FileSplit): URL => {
  const type = resourceType ?? RESOURCE_FILE
  if (type !== RESOURCE_FILE && type !== RESOURCE_WEB_PAGE) throw wireError(10003, `resourceType ${type} is unknown`)
  const url = URL.parse(file)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw wireError(10003, 'file has to be an http:// or https:// address')
  }
  if (type === RESOURCE_FILE && url.pathname.endsWith('/')) throw wireError(10001, 'the file address names no file')
  return url
}

const settingsOf = (request: FileSplit): SplitSettings => {
  const [lengthMin, lengthMax] = request.lengthRange ?? []
  const hasRange = lengthMin !== undefined && lengthMax !== undefined && lengthMax > 0
  return normaliseSplitting({
    lengthMin: hasRange ? lengthMin : LENGTH_RANGE[0],
    lengthMax: hasRange ? lengthMax : LENGTH_RANGE[1],
    overlap: request.overlap ?? OVERLAP,
    separators: request.separator?.length ? request.separator : SEPARATORS,
    cutOff: request.cutOff ?? [],
    titleSplit: request.titleSplit ?? true,
  })
}

const nameOf = (url: URL): string => {
  const last = url.pathname.split('/').findLast((part) => part !== '') ?? url.hostname
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
