/**
 * A document's life:
 *
 * ```
 *      +-- (a new version, or read again, from any state but draft) --+
 *      v                                                              |
 *   queued --> reading --> splitting --> indexing --> ready ----------+
 *                 |            |            |                         |
 *                 +------------+------------+--> failed --------------+
 *                 ^
 *                 +-- (its worker died: another one begins again here)
 *
 *   draft --(its chunks are saved over the wire)--> ready
 * ```
 *
 * A small text is `ready` right after `reading`: to write down what it passes within milliseconds would cost more than the steps themselves.
 *
 * Chunks become searchable in the same transaction that writes `ready`, so no search ever sees half a document. What was searchable before
 * stays so while the document is read again, and when that fails.
 *
 * Versions. The row's `version`, `contentHash`, `mediaType`, `sizeBytes` are those of the content whose chunks are searched. New content
 * only adds a row to `knowledge_document_versions` and names it in `pendingVersion`, in the transaction that writes `queued` and `runId` null.
 * An ingestion reads the content of `pendingVersion ?? version` (`contentToRead`), and the transaction that commits its chunks puts that version
 * in place and clears `pendingVersion` (`switchVersion`). So a killed process leaves either the old version or the new one, never a mixture,
 * and a version that failed stays named as pending, to be read again.
 *
 * Runs. Every way back to `queued` clears `runId` until the run for it is queued. An ingestion names its run in each `move`, which changes nothing
 * once the row names another one: a run that was overtaken ends without a trace in the document.
 */
export const DOCUMENT_STATES = ['queued', 'reading', 'splitting', 'indexing', 'ready', 'failed', 'draft'] as const
export type DocumentState = (typeof DOCUMENT_STATES)[number]

const successors: Record<DocumentState, readonly DocumentState[]> = {
  queued: ['queued', 'reading', 'failed'],
  // A step back to `reading` is a worker that starts over what a dead one left.
  reading: ['queued', 'reading', 'splitting', 'ready', 'failed'],
  splitting: ['queued', 'reading', 'indexing', 'failed'],
  indexing: ['queued', 'reading', 'ready', 'failed'],
  ready: ['queued'],
  failed: ['queued'],
  draft: ['ready'],
}

/** States from which `to` may be reached. Repositories put them into the `where`, so a late worker changes nothing. */
export const statesBefore = (to: DocumentState): DocumentState[] =>
  DOCUMENT_STATES.filter((from) => successors[from].includes(to))

/** True when nothing will change by itself any more. */
export const isSettled = (state: DocumentState): boolean => state === 'ready' || state === 'failed' || state === 'draft'
