/**
 * A document's life:
 *
 * ```
 *   queued --> reading --> splitting --> indexing --> ready
 *      ^          |            |            |
 *      |          +------------+------------+--> failed --(same file uploaded again)--> queued
 *      +-- (its worker died: another one begins again at reading)
 *
 *   draft --(its chunks are saved over the wire)--> ready
 * ```
 *
 * Chunks become searchable in the same transaction that writes `ready`, so no search ever sees half a document.
 */
export const DOCUMENT_STATES = ['queued', 'reading', 'splitting', 'indexing', 'ready', 'failed', 'draft'] as const
export type DocumentState = (typeof DOCUMENT_STATES)[number]

const successors: Record<DocumentState, readonly DocumentState[]> = {
  queued: ['reading', 'failed'],
  // A step back to `reading` is a worker that starts over what a dead one left.
  reading: ['reading', 'splitting', 'failed'],
  splitting: ['reading', 'indexing', 'failed'],
  indexing: ['reading', 'ready', 'failed'],
  ready: [],
  failed: ['queued'],
  draft: ['ready'],
}

/** States from which `to` may be reached. Repositories put them into the `where`, so a late worker changes nothing. */
export const statesBefore = (to: DocumentState): DocumentState[] =>
  DOCUMENT_STATES.filter((from) => successors[from].includes(to))

/** True when nothing will change by itself any more. */
export const isSettled = (state: DocumentState): boolean => state === 'ready' || state === 'failed' || state === 'draft'
