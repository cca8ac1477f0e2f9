import { setTimeout as sleep } from 'node:timers/promises'
import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import { downloadFile } from '../documents/download-file.ts'
import { isWebPage, nameOf, readAddress } from '../wire/file-address.ts'
import { toSplitFailure } from '../wire/split-file.ts'
import type { FileSplit } from '../wire/wire-models.ts'
import type { WireCall } from '../wire/wire-strategy.ts'
import { deleteDocument, findDocument, listChunks, runOf } from './documents.ts'
import { parserSettingsOf } from './parser-settings.ts'
import { patchOrPut } from './patch-or-put.ts'
import { readAnswer, UploadedDocuments } from './ragflow-answers.ts'
import { pathOf } from './ragflow-client.ts'
import type { RagflowContext } from './ragflow-context.ts'
import { asWireError, RagflowFailure } from './ragflow-failure.ts'

/** The cleaning up after a failure must not hang on what failed. */
const CLEAN_UP_MS_MAX = 10_000
const NAME_LENGTH_MAX = 200

/**
 * Fetches a file through the outbound guard, puts it into RAGFlow's default dataset, lets RAGFlow read it, and lists its chunks. What failed is
 * taken out of RAGFlow again. Throws WireError.
 */
export const splitInRagflow = async (context: RagflowContext, request: FileSplit, call: WireCall) => {
  const url = readAddress(request)
  const file = await fetchFile(context, { url, isPage: isWebPage(request) }, call.signal)
  return asWireError(10016, async () => {
    const datasetId = await context.datasets.findOrCreate(context.defaultGroup, call.signal)
    const documentId = await upload(context, { datasetId, file }, call.signal)
    const at = { datasetId, documentId }
    try {
      await context.documents.insert({ id: documentId, appId: call.appId ?? '', datasetId })
      await applySettings(context, { at, request }, call.signal)
      await parse(context, at, call.signal)
      const chunks = await listChunks(context.ask, at, call.signal)
      return chunks.map(({ id, content }) => ({
        docId: documentId,
        dataIndex: id,
        title: '',
        content,
        context: content,
        references: null,
      }))
    } catch (error) {
      await takeOut(context, at)
      throw error
    }
  })
}

const fetchFile = async (
  { outbound }: RagflowContext,
  { url, isPage }: { url: URL; isPage: boolean },
  signal: AbortSignal,
): Promise<File> => {
  try {
    const bytes = await downloadFile(outbound, url.href, signal)
    const name = nameOf(url).slice(-NAME_LENGTH_MAX)
    const type = await detectMediaType(bytes, name)
    // RAGFlow tells a file's kind by its name alone.
    return new File([bytes], isPage && !/\.html?$/i.test(name) ? `${name}.html` : name, { type })
  } catch (error) {
    throw toSplitFailure(error)
  }
}

const upload = async (
  { ask }: RagflowContext,
  { datasetId, file }: { datasetId: string; file: File },
  signal: AbortSignal,
): Promise<string> => {
  const body = new FormData()
  body.set('file', file, file.name)
  const path = `${pathOf('datasets', datasetId)}/documents`
  const answer = await ask({ method: 'POST', path, body, isRepeatable: false, signal })
  const [document] = readAnswer(UploadedDocuments, answer)
  if (!document) throw new RagflowFailure('unreadable', 'its answer names no document')
  return document.id
}

/** Versions differ in what they let be set; a document whose settings are refused is cut as its dataset says. */
const applySettings = async (
  { ask, logger }: RagflowContext,
  { at, request }: { at: { datasetId: string; documentId: string }; request: FileSplit },
  signal: AbortSignal,
): Promise<void> => {
  const settings = parserSettingsOf(request)
  if (settings === undefined) return
  const path = pathOf('datasets', at.datasetId, 'documents', at.documentId)
  try {
    await patchOrPut(ask, { path, body: { parser_config: settings }, signal })
  } catch (error) {
    if (!(error instanceof RagflowFailure) || error.reason !== 'refused') throw error
    logger.warn({ err: error, documentId: at.documentId }, 'RAGFlow refused the settings of a split')
  }
}

const parse = async (
  { ask, pollMs, parseMsMax }: RagflowContext,
  at: { datasetId: string; documentId: string },
  signal: AbortSignal,
): Promise<void> => {
  const path = `${pathOf('datasets', at.datasetId)}/chunks`
  await ask({ method: 'POST', path, body: { document_ids: [at.documentId] }, isRepeatable: false, signal })
  const untilMs = performance.now() + parseMsMax
  while (performance.now() < untilMs) {
    const document = await findDocument(ask, at, signal)
    if (!document) throw new RagflowFailure('refused', 'the document was deleted while it was read')
    const run = runOf(document)
    if (run === 'DONE') return
    if (run === 'FAIL' || run === 'CANCEL') {
      const why = document.progress_msg?.trim().slice(-300)
      throw new RagflowFailure('refused', `reading the file ended with ${run}${why ? `: ${why}` : ''}`)
    }
    await sleep(pollMs, undefined, { signal })
  }
  throw new RagflowFailure('timeout', `the file was not read within ${parseMsMax / 1_000} s`)
}

const takeOut = async (
  { ask, documents, logger }: RagflowContext,
  at: { datasetId: string; documentId: string },
): Promise<void> => {
  try {
    await deleteDocument(ask, at, AbortSignal.timeout(CLEAN_UP_MS_MAX))
    await documents.delete(at.documentId)
  } catch (error) {
    logger.warn({ err: error, documentId: at.documentId }, 'a document that failed stays in RAGFlow')
  }
}
