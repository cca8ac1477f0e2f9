import { expect, test } from 'bun:test'
import type { IngestionEvent } from '#contracts/knowledge'
import type { RunHeader } from '#shared/journal/journal.ts'
import { toIngestionView } from './ingestion-view.ts'

const header: RunHeader = {
  ...{ id: '1', kind: 'ingestion', appId: 'a', subjectId: 'd', subjectVersion: '', state: 'running', sequence: 3 },
  ...{ attempts: 0, failure: undefined, cancelRequested: false, createdAt: new Date(0), finishedAt: undefined },
}
const queued: IngestionEvent = { type: 'ingestion-queued', documentId: 'd', baseId: 'b', name: 'a.pdf', bytes: 9 }
const read = { pagesRead: 40, pageCount: 100, failedPages: 1, pagesPerSecond: 20, secondsLeft: 3 }

test('the run of a document that is read tells its pages, pace and time left', () => {
  const view = toIngestionView(header, [queued, { type: 'pages-read', ...read }])
  expect(view).toMatchObject({ kind: 'ingestion', parameters: { name: 'a.pdf' }, progress: read, error: null })
})

test('once all pages are read nothing is promised any more, and a failure says why', () => {
  const done: IngestionEvent = { type: 'document-read', pages: 100, failedPages: 2, characters: 9, ms: 5 }
  expect(toIngestionView(header, [queued, { type: 'pages-read', ...read }, done]).progress).toEqual({
    ...{ pagesRead: 98, pageCount: 100, failedPages: 2 },
    ...{ pagesPerSecond: null, secondsLeft: null },
  })
  const failed: IngestionEvent = { type: 'ingestion-failed', code: 'DOCUMENT_EMPTY', reason: 'No text.', remedy: '' }
  expect(toIngestionView(header, [queued, failed]).error?.message).toBe('DOCUMENT_EMPTY: No text.')
})
