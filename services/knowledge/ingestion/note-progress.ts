import type { FailedPage } from '#shared/documents/read-in-child.ts'
import type { DocumentRepository, RunSubject } from '../documents/document-repository.ts'
import type { IngestionEvent } from './ingestion-events.ts'
import { toProgress } from './reading-progress.ts'

/** Between two notes in the row, and between two events of the trace. */
const NOTE_MS = 250
const EVENT_MS = 1_000
/** The trace of a long document grows by no more events than this. */
const EVENTS_MAX = 100
/** Failed pages that the trace names; the others are counted. */
const FAILURES_TOLD_MAX = 100

/** Writes how far the reading of a document is into its row and its run's trace, now and then. */
export const createProgressNotes = (
  documents: Pick<DocumentRepository, 'note'>,
  subject: RunSubject,
  tell: (event: IngestionEvent) => void,
) => {
  let readingSince: Date | undefined
  let notedMs = 0
  let told = { ms: 0, pages: 0 }
  let failedPages = 0
  let writing: Promise<void> | undefined

  const write = (facts: Parameters<DocumentRepository['note']>[1]) => {
    writing = documents.note(subject.documentId, facts).finally(() => {
      writing = undefined
    })
    // Whoever waits for the end sees it.
    writing.catch(() => undefined)
  }

  return {
    onPage({ read: pagesRead, count: pageCount }: { read: number; count: number }): void {
      const nowMs = Date.now()
      const isFirst = readingSince === undefined
      readingSince ??= new Date(nowMs)
      if ((isFirst || nowMs - notedMs >= NOTE_MS) && !writing) {
        notedMs = nowMs
        write({ pagesRead, pageCount, failedPages, readingSince })
      }
      if (nowMs - told.ms < EVENT_MS || pagesRead - told.pages < pageCount / EVENTS_MAX) return
      told = { ms: nowMs, pages: pagesRead }
      const row = { state: 'reading' as const, pagesRead, pageCount, failedPages, readingSince }
      const { pagesPerSecond, secondsLeft } = toProgress(row, nowMs)
      tell({ type: 'pages-read', pagesRead, pageCount, failedPages, pagesPerSecond, secondsLeft })
    },
    onPageFailed({ page, error }: FailedPage): void {
      failedPages += 1
      if (failedPages <= FAILURES_TOLD_MAX) {
        tell({ type: 'page-failed', page, code: error.code, reason: error.message })
      }
    },
    /** Resolves when nothing is being written any more. */
    async settled(): Promise<void> {
      await writing
    },
  }
}
