import { t } from 'elysia'
import { PageQuery } from '../bases/base-schemas.ts'
import { QUERY_SOURCES } from './query-history.ts'
import type { QueryRow } from './query-repository.ts'

export const Query = t.Object(
  {
    id: t.String(),
    baseIds: t.Array(t.String(), { description: 'The bases that were asked and keep questions.' }),
    question: t.String(),
    source: t.String({ description: `Where it was asked: ${QUERY_SOURCES.join(', ')}.` }),
    settings: t.Record(t.String(), t.Unknown(), { description: 'What the request said otherwise than the bases.' }),
    hits: t.Array(
      t.Object({ documentId: t.String(), chunkId: t.String(), score: t.Number() }, { description: 'Best first.' }),
    ),
    tookMs: t.Number(),
    createdAt: t.Date(),
  },
  {
    examples: [
      {
        id: '019ab1f2-7a55-7000-8c11-2f4be1f0a00a',
        baseIds: ['starter-handbook'],
        question: 'How do I back up my data?',
        source: 'api',
        settings: { limit: 5 },
        hits: [{ documentId: '019ab1f2-7a55-7000-8c11-2f4be1f0a001', chunkId: '6', score: 0.71 }],
        tookMs: 1.4,
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)

export const QueryPage = t.Object({ queries: t.Array(Query), nextBeforeId: t.Nullable(t.String()) })

export const QueryListQuery = t.Composite([
  PageQuery,
  t.Object({
    source: t.Optional(t.UnionEnum(QUERY_SOURCES, { default: undefined, description: 'Only those asked there.' })),
    withoutHits: t.Optional(t.BooleanString({ description: 'Only those that found nothing.' })),
  }),
])

export const toQuery = (row: QueryRow): typeof Query.static => ({
  id: row.id,
  baseIds: row.baseIds,
  question: row.question,
  source: row.source,
  settings: row.settings,
  hits: row.hits,
  tookMs: Math.round(row.tookMs * 100) / 100,
  createdAt: row.createdAt,
})
