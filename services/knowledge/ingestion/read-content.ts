import { PageFailedError } from '#shared/documents/image-desk.ts'
import { isTextType, type MediaType } from '#shared/documents/media-types.ts'
import { readDocument } from '#shared/documents/read-document.ts'
import type { FailedPage, ReadText } from '#shared/documents/read-in-child.ts'
import type { AppError } from '#shared/errors/app-error.ts'
import type { ModelDirectory } from '#shared/models/chat-model.ts'
import type { ObjectStore } from '#shared/objects/object-store.ts'
import type { Database } from '#shared/postgres/connect.ts'
import type { DocumentRepository, RunSubject } from '../documents/document-repository.ts'
import type { VersionContent } from '../documents/version-repository.ts'
import type { BaseRow } from '../tables.ts'
import { PageFailureKeptError } from './ingestion-errors.ts'
import type { IngestionEvent, IngestionStep } from './ingestion-events.ts'
import { createModelOcr } from './model-ocr.ts'
import { createProgressNotes } from './note-progress.ts'
import { createPageRepository, type PageRow } from './page-repository.ts'

export interface ReadContentDependencies {
  database: Database
  documents: DocumentRepository
  files: ObjectStore
  /** Models that read pictures of pages. */
  models: Pick<ModelDirectory, 'byName'>
  /** Told of each step, so that tests can end the process at one. */
  observe?: ((step: IngestionStep) => void) | undefined
}

export interface ContentToRead {
  base: BaseRow
  content: VersionContent
  subject: RunSubject
  tell: (event: IngestionEvent) => void
}

/**
 * Reads a stored file page by page. What a model read of a page is stored as soon as it is there, and asked for no second time; what fails is stored with
 * the reason. Throws an AppError about the document when nothing of it can be read, and anything else for causes outside of it.
 */
export const readContent = async (
  dependencies: ReadContentDependencies,
  reading: ContentToRead,
  signal: AbortSignal,
): Promise<ReadText> => {
  const { documents, files, observe } = dependencies
  const { base, content, subject, tell } = reading
  const pages = createPageRepository(dependencies.database)
  const { documentId } = subject
  const rows = isTextType(content.mediaType as MediaType) ? [] : await pages.of(documentId, content.contentHash)
  const notes = createProgressNotes(documents, subject, tell)
  const failures = createFailureLog((batch) =>
    pages.storeFailures(documentId, content.contentHash, batch.map(toFailure)),
  )
  const readImage = await createPageReader(dependencies, reading, rows)
  const path = await files.localPath(content.contentHash)
  try {
    return await readDocument(
      { path, mediaType: content.mediaType as MediaType },
      {
        signal,
        readImage,
        known: knownPages(rows, base.ocrModel !== null),
        onPage(progress) {
          observe?.('page read')
          notes.onPage(progress)
        },
        onPageFailed(failure) {
          notes.onPageFailed(failure)
          failures.add(failure)
        },
      },
    )
  } finally {
    await notes.settled()
    await failures.settled()
    if (failures.count > 0) observe?.('page failure stored')
  }
}

/** What need not be asked for: texts that were read, and failures that nobody asked to be tried again. */
const knownPages = (rows: readonly PageRow[], canRead: boolean) => {
  const known = new Map<number, { text: string } | { error: AppError }>()
  for (const { page, state, text, failureCode: code, failureReason, failureRemedy } of rows) {
    if (state === 'read' && text !== null) known.set(page, { text })
    if (state !== 'failed' || code === null || (canRead && code === 'DOCUMENT_NEEDS_OCR')) continue
    const kept = { code, reason: failureReason ?? '', remedy: failureRemedy ?? '' }
    known.set(page, { error: new PageFailureKeptError(kept) })
  }
  return known
}

/** Undefined where the base has no model that reads pictures. */
const createPageReader = async (
  { models, database, observe }: ReadContentDependencies,
  { base, content, subject }: ContentToRead,
  rows: readonly PageRow[],
) => {
  if (base.ocrModel === null) return undefined
  const { ocrModel } = base
  const pages = createPageRepository(database)
  const before = new Map(rows.map((row) => [row.page, row.text]))
  const of = { documentId: subject.documentId, contentHash: content.contentHash }
  // Asked for when the first picture comes: most documents have none, and the model may be away.
  let ocr: ReturnType<typeof createModelOcr> | undefined
  return async (image: { page: number; mediaType: string; bytes: Uint8Array }, signal: AbortSignal) => {
    ocr ??= createModelOcr(models, { name: ocrModel, language: base.language })
    try {
      const text = (await (await ocr).read(image, { appId: base.appId, signal })).replaceAll('\0', ' ').toWellFormed()
      await pages.storeText({ ...of, page: image.page, text })
      observe?.('page text stored')
      return text
    } catch (error) {
      const known = before.get(image.page)
      if (!(error instanceof PageFailedError) || known === null || known === undefined) throw error
      // The page was to be read anew; what it said before stays.
      const failure = toFailure({ page: image.page, error: error.failure })
      await pages.storeFailures(subject.documentId, content.contentHash, [failure])
      return known
    }
  }
}

const toFailure = ({ page, error }: FailedPage) => ({
  page,
  code: error.code,
  reason: withDetail(error),
  remedy: error.remedy ?? '',
})

/** What exactly was wrong, where the reader knew it. */
const withDetail = ({ message, details }: AppError): string =>
  typeof details.reason === 'string' && details.reason !== '' ? `${message} (${details.reason})` : message

/** Stores failures as they come, those that come meanwhile together. */
const createFailureLog = (store: (batch: FailedPage[]) => Promise<void>) => {
  let waiting: FailedPage[] = []
  let writing: Promise<void> = Promise.resolve()
  let count = 0
  const flush = async () => {
    const batch = waiting
    waiting = []
    if (batch.length > 0) await store(batch)
  }
  return {
    get count() {
      return count
    },
    add(failure: FailedPage): void {
      count += 1
      waiting.push(failure)
      if (waiting.length === 1) writing = writing.then(flush)
      writing.catch(() => undefined)
    },
    settled: () => writing,
  }
}
