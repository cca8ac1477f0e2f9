import type { DocumentState } from '../documents/document-state.ts'
import type { DocumentRow } from '../tables.ts'

/** What happens to a document at the moment. */
export const PHASES = ['waiting', 'reading', 'splitting', 'indexing', 'done', 'failed'] as const
export type Phase = (typeof PHASES)[number]

export interface Progress {
  phase: Phase
  pagesRead: number
  /** Null until it is known, and for files without pages. */
  pageCount: number | null
  failedPages: number
  /** Of this document while it is read; null until it can be told. */
  pagesPerSecond: number | null
  /** Until the last page is read, at that pace; null until it can be told. */
  secondsLeft: number | null
}

const PHASE_OF: Record<DocumentState, Phase> = {
  queued: 'waiting',
  reading: 'reading',
  splitting: 'splitting',
  indexing: 'indexing',
  ready: 'done',
  failed: 'failed',
  draft: 'done',
}

/** A pace that was measured for less time says little. */
const MEASURED_MS_MIN = 200

/** How far a document is, reckoned from the pages that were read since its reading began. */
export const toProgress = (
  row: Pick<DocumentRow, 'state' | 'pagesRead' | 'pageCount' | 'failedPages' | 'readingSince'>,
  nowMs: number,
): Progress => {
  const { pagesRead, pageCount, failedPages, readingSince } = row
  const phase = PHASE_OF[row.state]
  const pagesPerSecond = phase === 'reading' && readingSince ? paceOf(pagesRead, nowMs - readingSince.getTime()) : null
  const secondsLeft = pagesPerSecond === null || pageCount === null ? null : (pageCount - pagesRead) / pagesPerSecond
  return {
    phase,
    pagesRead,
    pageCount,
    failedPages,
    pagesPerSecond: pagesPerSecond === null ? null : Number(pagesPerSecond.toPrecision(3)),
    secondsLeft: secondsLeft === null ? null : Math.max(0, Math.ceil(secondsLeft)),
  }
}

const paceOf = (pages: number, ms: number): number | null =>
  pages === 0 || ms < MEASURED_MS_MIN ? null : (pages / ms) * 1000
