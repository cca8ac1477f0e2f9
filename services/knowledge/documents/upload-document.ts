import { detectMediaType } from '#shared/documents/detect-media-type.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import { type QueueIngestionDependencies, queueIngestion } from '../ingestion/queue-ingestion.ts'
import type { BaseRow, DocumentRow } from '../tables.ts'

export interface UploadDocumentDependencies extends QueueIngestionDependencies {
  files: ObjectStore
  /** Tells this process's claimer that a run is there. */
  nudge: () => void
}

const NAME_CHARACTERS_MAX = 255

/**
 * Stores a file once per base and queues its ingestion; both survive a crash from the moment this resolves. The same content again gives the
 * same document: one that failed is tried anew. Throws DocumentUnreadableError for a file that no reader takes.
 */
export const uploadDocument = async (
  dependencies: UploadDocumentDependencies,
  input: { base: BaseRow; name: string; bytes: Uint8Array },
): Promise<{ document: DocumentRow; created: boolean }> => {
  const { documents, files } = dependencies
  const { base, bytes } = input
  const name = cleanName(input.name)
  const mediaType = await detectMediaType(bytes, name)
  const contentHash = await files.put(bytes)
  const inserted = await documents.insert({
    id: Bun.randomUUIDv7(),
    appId: base.appId,
    baseId: base.id,
    name,
    mediaType,
    contentHash,
    sizeBytes: bytes.byteLength,
    state: 'queued',
  })
  const known = inserted ?? (await documents.findByContent(base.id, contentHash))
  // Inserted by nobody and found by nobody: it was deleted in between, so the caller's upload comes after that.
  if (!known) return uploadDocument(dependencies, input)
  const isFailed = !inserted && known.state === 'failed'
  const again = isFailed ? await documents.move(known.id, 'queued', { runId: null, pagesRead: 0 }) : undefined
  const document = inserted ?? again ?? known
  if (!inserted && !again) return { document, created: false }
  const runId = await queueIngestion(dependencies, document)
  dependencies.nudge()
  return { document: { ...document, runId }, created: true }
}

/** The last part of a path, without control characters. */
const cleanName = (name: string): string =>
  name
    .toWellFormed()
    .replace(/^.*[/\\]/, '')
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, NAME_CHARACTERS_MAX) || 'untitled'
