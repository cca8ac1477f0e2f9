import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import type { MediaType } from '#shared/documents/media-types.ts'
import { readDocument } from '#shared/documents/read-document.ts'
import { readDocumentBytes } from '#shared/documents/read-document-bytes.ts'
import type { ReadText } from '#shared/documents/read-in-child.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createVersionRepository } from '../documents/version-repository.ts'
import { DocumentNotFoundError } from '../errors.ts'
import { makeChunks } from '../ingestion/make-chunks.ts'
import { createPageRepository } from '../ingestion/page-repository.ts'
import type { SplitSettings } from '../splitting/split-settings.ts'
import type { DocumentRow } from '../tables.ts'
import { PreviewsBusyError, PreviewTimeoutError } from './preview-errors.ts'

export interface PreviewChunksDependencies {
  database: Database
  files: ObjectStore
}

/** What a preview is made of: a file that is stored nowhere, or a document that is. */
export type PreviewSource = { name: string; bytes: Uint8Array } | { document: DocumentRow }

/** A person waits for it. */
const READ_MS_MAX = 60_000
/** Previews made at once by one process; each may cost a reading process. */
const PREVIEWS_MAX = 2

let running = 0

/**
 * What would become of a file with these settings: read and cut as an ingestion does it, and nothing stored. Of pages that a model has read before,
 * what it said is taken; no model is asked. Throws DocumentUnreadableError, PreviewTimeoutError, PreviewsBusyError.
 */
export const previewChunks = async (
  dependencies: PreviewChunksDependencies,
  { source, settings }: { source: PreviewSource; settings: SplitSettings },
  signal: AbortSignal,
) => {
  if (running >= PREVIEWS_MAX) throw new PreviewsBusyError(PREVIEWS_MAX)
  running += 1
  try {
    const { mediaType, text } = await readInTime((limited) => readSource(dependencies, source, limited), signal)
    signal.throwIfAborted()
    return { mediaType, text, chunks: makeChunks(text, settings) }
  } finally {
    running -= 1
  }
}

const readInTime = async <Result>(
  read: (signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> => {
  const deadline = AbortSignal.timeout(READ_MS_MAX)
  try {
    return await read(AbortSignal.any([signal, deadline]))
  } catch (error) {
    if (deadline.aborted && !signal.aborted) throw new PreviewTimeoutError(READ_MS_MAX / 1000)
    throw error
  }
}

const readSource = async (
  { database, files }: PreviewChunksDependencies,
  source: PreviewSource,
  signal: AbortSignal,
): Promise<{ mediaType: MediaType; text: ReadText }> => {
  if ('bytes' in source) {
    const mediaType = await detectMediaType(source.bytes, source.name)
    return { mediaType, text: await readDocumentBytes(source.bytes, mediaType, signal) }
  }
  const { document } = source
  const content = await createVersionRepository(database).contentToRead(document)
  // Chunks that came over the wire have no file that could be cut in another way.
  if (!content) throw new DocumentNotFoundError(document.id)
  const pages = await createPageRepository(database).of(document.id, content.contentHash)
  const known = new Map(pages.flatMap(({ page, text }) => (text === null ? [] : [[page, { text }] as const])))
  const mediaType = content.mediaType as MediaType
  const path = await files.localPath(content.contentHash)
  return { mediaType, text: await readDocument({ path, mediaType }, { signal, known }) }
}
