import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import { createBaseRepository } from '../bases/base-repository.ts'
import { BaseNotFoundError } from '../errors.ts'
import { type QueueIngestionDependencies, queueIngestion } from '../ingestion/queue-ingestion.ts'
import type { BaseRow, DocumentRow } from '../tables.ts'
import { holdFolder } from './change-document.ts'
import type { DocumentFacts } from './document-facts.ts'
import { createDocumentRepository } from './document-repository.ts'
import { type Replacement, replaceContent } from './replace-content.ts'
import { storeFile } from './store-file.ts'
import { createVersionRepository, type VersionContent } from './version-repository.ts'

export interface UploadDocumentDependencies extends QueueIngestionDependencies {
  database: Database
  files: ObjectStore
  /** Tells this process's claimer that a run is there. */
  nudge: (only: 'ingestion') => void
}

/** Where content goes and what it is taken for. */
export interface Placement {
  base: BaseRow
  facts?: DocumentFacts | undefined
  /** Where it was fetched; another upload from there is a version of the same document. */
  sourceUrl?: string | undefined
  /** Of a document that has this name: the upload is a version of it, or (the default) a document beside it. */
  onSameName?: 'version' | 'separate' | undefined
}

export interface Uploaded {
  document: DocumentRow
  /** False when nothing had to be done. */
  created: boolean
}

/**
 * Stores a file once per base and queues its ingestion; both survive a crash from the moment this resolves. The same content again gives the
 * same document: one that failed is tried anew. Throws DocumentUnreadableError for a file that no reader takes, FolderNotFoundError.
 */
export const uploadDocument = async (
  dependencies: UploadDocumentDependencies,
  { name, bytes, ...placement }: Placement & { name: string; bytes: Uint8Array },
): Promise<Uploaded> => {
  const refuseImages = placement.base.ocrModel === null
  return placeContent(dependencies, placement, await storeFile(dependencies, { name, bytes, refuseImages }))
}

/** The same for a file that is stored already. */
export const placeContent = async (
  dependencies: UploadDocumentDependencies,
  placement: Placement,
  content: VersionContent,
): Promise<Uploaded> =>
  startReading(
    dependencies,
    (await placeAlone(dependencies, placement, content)) ??
      (await dependencies.database.transaction((transaction) => place(transaction, placement, content))),
  )

/** Queues the run for what a transaction left to be read. Killed before that, maintenance does it. */
export const startReading = async (
  dependencies: Pick<UploadDocumentDependencies, 'documents' | 'journal' | 'nudge'>,
  { document, isQueued }: Replacement,
): Promise<Uploaded> => {
  if (!isQueued) return { document, created: false }
  const runId = await queueIngestion(dependencies, document)
  dependencies.nudge('ingestion')
  return { document: { ...document, runId }, created: true }
}

/** Content that is new and needs nothing to be held is a statement, which several uploads share. Undefined for any other. */
const placeAlone = async (
  { documents }: Pick<UploadDocumentDependencies, 'documents'>,
  placement: Placement,
  content: VersionContent,
): Promise<Replacement | undefined> => {
  if (mayBeVersion(placement) || placement.facts?.folderId != null) return undefined
  const document = await documents.insert(newDocument(placement, content))
  return document && { document, isQueued: true }
}

/** Two uploads of one name or address at the same time: the second one has to see the first. */
const mayBeVersion = ({ sourceUrl, onSameName }: Placement): boolean =>
  sourceUrl !== undefined || onSameName === 'version'

const newDocument = ({ base, facts = {}, sourceUrl }: Placement, content: VersionContent) => ({
  ...content,
  ...{
    id: Bun.randomUUIDv7(),
    appId: base.appId,
    baseId: base.id,
    state: 'queued' as const,
    sourceUrl: sourceUrl ?? null,
  },
  ...facts,
})

const place = async (transaction: Database, placement: Placement, content: VersionContent): Promise<Replacement> => {
  const { base, facts = {}, sourceUrl } = placement
  const documents = createDocumentRepository(transaction)
  const like = sourceUrl === undefined ? { name: content.name } : { sourceUrl }
  const isVersion = mayBeVersion(placement)
  if (isVersion && !(await createBaseRepository(transaction).lock(base.id))) throw new BaseNotFoundError(base.id)
  await holdFolder(transaction, base.id, facts.folderId)
  const known = isVersion ? await documents.findLike(base.id, like) : undefined
  if (known) {
    await documents.note(known.id, facts)
    return replaceContent(transaction, known.id, content)
  }

  const inserted = await documents.insert(newDocument(placement, content))
  if (inserted) return { document: inserted, isQueued: true }
  const same = await documents.findByContent(base.id, content.contentHash)
  // Inserted by nobody and found by nobody: it was deleted in between, so this upload comes after that.
  if (!same) return place(transaction, placement, content)
  // A version that is to replace this content is none of the upload's business.
  const isFailed = same.state === 'failed' && same.pendingVersion === null
  const again = isFailed ? await createVersionRepository(transaction).queue(same.id, null) : undefined
  return { document: again ?? same, isQueued: again !== undefined }
}
