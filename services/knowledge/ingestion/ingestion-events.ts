/** Kind of the runs that turn stored files into searchable chunks. */
export const INGESTION_KIND = 'ingestion'

/** What the journal tells of an ingestion: its trace. A worker that takes over begins again from the stored file, so none of it is needed to go on. */
export type IngestionEvent =
  | { type: 'ingestion-queued'; documentId: string; baseId: string; name: string; bytes: number }
  | { type: 'ingestion-started'; worker: number; attempt: number }
  | { type: 'document-read'; pages: number; characters: number; ms: number }
  | { type: 'document-split'; chunks: number }
  | { type: 'document-indexed'; chunks: number; ms: number }
  | { type: 'ingestion-failed'; code: string; reason: string; remedy: string }
  | { type: 'ingestion-skipped'; reason: string }
