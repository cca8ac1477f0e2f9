/** Kind of the runs that turn stored files into searchable chunks. */
export const INGESTION_KIND = 'ingestion'

/** What the journal tells of an ingestion: its trace. A worker that takes over begins again from the stored file, so none of it is needed to go on. */
export type IngestionEvent =
  | { type: 'ingestion-queued'; documentId: string; baseId: string; name: string; bytes: number }
  | { type: 'ingestion-started'; worker: number; attempt: number }
  /** Now and then while it is read; `pagesPerSecond` and `secondsLeft` are null until they can be told. */
  | {
      type: 'pages-read'
      pagesRead: number
      pageCount: number
      failedPages: number
      pagesPerSecond: number | null
      secondsLeft: number | null
    }
  | { type: 'page-failed'; page: number; code: string; reason: string }
  | { type: 'document-read'; pages: number; failedPages: number; characters: number; ms: number }
  | { type: 'document-split'; chunks: number }
  /** `kept` ones were there before with the same text. */
  | { type: 'document-indexed'; chunks: number; added: number; kept: number; removed: number; ms: number }
  /** A cause outside of the document: it is tried again. */
  | { type: 'ingestion-interrupted'; code: string; reason: string; remedy: string }
  | { type: 'ingestion-failed'; code: string; reason: string; remedy: string }
  | { type: 'ingestion-skipped'; reason: string }

/** Places that an ingestion passes, for tests that end the process at one. */
export const INGESTION_STEPS = [
  'claimed',
  'page read',
  'page text stored',
  'page failure stored',
  'read',
  'split',
  'committing',
  'committed',
] as const
export type IngestionStep = (typeof INGESTION_STEPS)[number]
