import type { IngestionEvent } from '#contracts/knowledge'
import type { RunHeader } from '#shared/journal/journal.ts'
import { ENGINE_FAILED_CODE, type RunView, toRunView } from './run-view.ts'

/** The reading of a document as one document, as far as a run of any kind can be shown: what is read, how far it is, ended how. */
export const toIngestionView = (header: RunHeader, events: readonly IngestionEvent[]): RunView => {
  const view = toRunView(header, [])
  for (const event of events) {
    if (event.type === 'ingestion-queued') {
      const { type: _, ...parameters } = event
      view.parameters = parameters
    } else if (event.type === 'pages-read') {
      const { type: _, ...progress } = event
      view.progress = progress
    } else if (event.type === 'document-read' && event.pages > 0) {
      const { pages: pageCount, failedPages } = event
      const pagesRead = pageCount - failedPages
      view.progress = { pagesRead, pageCount, failedPages, pagesPerSecond: null, secondsLeft: null }
    } else if (event.type === 'ingestion-failed') {
      view.error = { code: ENGINE_FAILED_CODE, message: `${event.code}: ${event.reason}` }
    }
  }
  return view
}
