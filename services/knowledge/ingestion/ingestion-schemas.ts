import { t } from 'elysia'
import { DocumentId } from '../documents/document-schemas.ts'
import type { DocumentRow } from '../tables.ts'
import type { PageRow } from './page-repository.ts'
import { Progress } from './progress-schemas.ts'
import { toProgress } from './reading-progress.ts'

export const PAGES_AT_ONCE_MAX = 5_000

export const RetryBody = t.Optional(
  t.Object(
    {
      pages: t.Optional(
        t.Array(t.Integer({ minimum: 1 }), {
          minItems: 1,
          maxItems: PAGES_AT_ONCE_MAX,
          description: 'Read these again, even those that a model has read. Left out: all that failed.',
        }),
      ),
    },
    { examples: [{ pages: [3, 17] }] },
  ),
)

const Failure = t.Object({ code: t.String(), reason: t.String(), remedy: t.String() })

export const Page = t.Object(
  {
    page: t.Integer({ minimum: 1 }),
    state: t.UnionEnum(['read', 'failed', 'queued'], {
      description: '`read` by the OCR model of the base; `queued` to be read again.',
    }),
    failure: t.Nullable(Failure, { description: 'Why it could not be read the last time it was tried.' }),
    attempts: t.Integer(),
    updatedAt: t.Date(),
  },
  {
    examples: [
      {
        page: 3,
        state: 'failed',
        failure: {
          code: 'DOCUMENT_PAGE_BROKEN',
          reason: 'The page is damaged: its content cannot be read.',
          remedy: 'Open the file in the program that made it, save it anew and give that.',
        },
        attempts: 1,
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)

export const PageList = t.Object({
  pages: t.Array(Page),
  nextAfter: t.Nullable(t.Integer({ description: 'Pass it as `after` to get what follows.' })),
})

export const PageListQuery = t.Object({
  after: t.Integer({ minimum: 0, default: 0, description: 'Number of the last page of the answer before.' }),
  // A UnionEnum would have its first value as default.
  state: t.Optional(t.Union([t.Literal('read'), t.Literal('failed'), t.Literal('queued')])),
  limit: t.Integer({ minimum: 1, maximum: 500, default: 100 }),
})

export const toPageEntry = (row: PageRow): typeof Page.static => ({
  page: row.page,
  state: row.state,
  failure:
    row.failureCode === null
      ? null
      : { code: row.failureCode, reason: row.failureReason ?? '', remedy: row.failureRemedy ?? '' },
  attempts: row.attempts,
  updatedAt: row.updatedAt,
})

export const Ingestion = t.Object(
  {
    documentId: DocumentId,
    baseId: t.Nullable(t.String()),
    appId: t.String(),
    name: t.String(),
    progress: Progress,
    runId: t.Nullable(t.String()),
    createdAt: t.Date(),
  },
  {
    examples: [
      {
        documentId: '019ab1f2-7a55-7000-8c11-2f4be1f0a001',
        baseId: 'manuals',
        appId: 'starter',
        name: 'report.pdf',
        progress: {
          ...{ phase: 'reading', pagesRead: 120, pageCount: 300, failedPages: 0 },
          ...{ pagesPerSecond: 210, secondsLeft: 1 },
        },
        runId: '114742381023232000',
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)

export const IngestionList = t.Object({
  ingestions: t.Array(Ingestion),
  nextAfter: t.Nullable(t.String({ description: 'Pass it as `after` to get what follows.' })),
})

export const toIngestion = (row: DocumentRow, nowMs: number): typeof Ingestion.static => ({
  documentId: row.id,
  baseId: row.baseId,
  appId: row.appId,
  name: row.name,
  progress: toProgress(row, nowMs),
  runId: row.runId,
  createdAt: row.createdAt,
})

export const Reindexed = t.Object(
  { queued: t.Integer({ description: 'Documents that are read again.' }) },
  { examples: [{ queued: 12 }] },
)
