import { t } from 'elysia'
import { PHASES } from './reading-progress.ts'

export const Progress = t.Object({
  phase: t.UnionEnum(PHASES),
  pagesRead: t.Integer(),
  pageCount: t.Nullable(t.Integer({ description: 'Unknown at first, and for files without pages.' })),
  failedPages: t.Integer({
    description: 'Pages that could not be read while others could; GET /api/documents/{id}/pages says why.',
  }),
  pagesPerSecond: t.Nullable(
    t.Number({ description: 'As measured for this document while it is read; null until it can be told.' }),
  ),
  secondsLeft: t.Nullable(
    t.Integer({ description: 'Until its last page is read, at that pace; null until it can be told.' }),
  ),
})
