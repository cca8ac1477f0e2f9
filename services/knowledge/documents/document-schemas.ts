import { t } from 'elysia'
import { MEDIA_TYPES } from '#shared/documents/media-types.ts'
import { Progress } from '../ingestion/progress-schema.ts'
import { toProgress } from '../ingestion/reading-progress.ts'
import type { ChunkRow, DocumentRow } from '../tables.ts'
import { DOCUMENT_STATES } from './document-state.ts'

export const DocumentId = t.String({ minLength: 1, maxLength: 200 })

const example = {
  id: '019ab1f2-7a55-7000-8c11-2f4be1f0a001',
  baseId: 'starter-handbook',
  name: 'orrery-handbook.pdf',
  mediaType: 'application/pdf',
  sizeBytes: 8_431,
  state: 'ready',
  progress: {
    ...{ phase: 'done', pagesRead: 4, pageCount: 4, failedPages: 0 },
    ...{ pagesPerSecond: null, secondsLeft: null },
  },
  chunkCount: 9,
  failure: null,
  runId: '114742381023232000',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:01.000Z',
}

export const Document = t.Object(
  {
    id: DocumentId,
    baseId: t.Nullable(t.String()),
    name: t.String(),
    mediaType: t.String({ description: `By content: ${MEDIA_TYPES.join(', ')}.` }),
    sizeBytes: t.Integer(),
    state: t.UnionEnum(DOCUMENT_STATES, { description: 'Searchable as a whole when ready, not at all before.' }),
    progress: Progress,
    chunkCount: t.Integer(),
    failure: t.Nullable(t.Object({ code: t.String(), reason: t.String(), remedy: t.String() })),
    runId: t.Nullable(t.String({ description: 'The ingestion: see /api/runs/{id}.' })),
    createdAt: t.Date(),
    updatedAt: t.Date(),
  },
  { examples: [example] },
)
export type Document = typeof Document.static

export const DocumentPage = t.Object({ documents: t.Array(Document), nextBeforeId: t.Nullable(t.String()) })

export const INGESTION_WAIT_MS_MAX = 120_000

export const UploadQuery = t.Object({
  waitMs: t.Integer({
    minimum: 0,
    maximum: INGESTION_WAIT_MS_MAX,
    default: 0,
    description: 'Answer when the document is ready or failed, but after so many milliseconds at the latest.',
  }),
})

export const UploadForm = t.Object({
  file: t.File({ description: 'A document of one of the media types above; its content decides which.' }),
  name: t.Optional(t.String({ maxLength: 1_000, description: 'Instead of the file name.' })),
})

export const Chunk = t.Object(
  {
    id: t.String({ description: 'The chunk within its document.' }),
    position: t.Number(),
    title: t.String(),
    content: t.String(),
    page: t.Nullable(t.Integer()),
    pageEnd: t.Nullable(t.Integer()),
  },
  { examples: [{ id: '0', position: 0, title: 'Start', content: 'Run npm ci and npm start.', page: 1, pageEnd: 1 }] },
)

export const toDocument = (row: DocumentRow): Document => ({
  id: row.id,
  baseId: row.baseId,
  name: row.name,
  mediaType: row.mediaType,
  sizeBytes: row.sizeBytes,
  state: row.state,
  progress: toProgress(row, Date.now()),
  chunkCount: row.chunkCount,
  failure:
    row.state === 'failed'
      ? { code: row.failureCode ?? '', reason: row.failureReason ?? '', remedy: row.failureRemedy ?? '' }
      : null,
  runId: row.runId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
})

export const toChunk = (row: ChunkRow): typeof Chunk.static => ({
  id: row.key,
  position: row.position,
  title: row.title,
  content: row.content,
  page: row.page,
  pageEnd: row.pageEnd,
})
