import { t } from 'elysia'
import type { SearchHit } from './search-bases.ts'
import { QUERY_CHARACTERS_MAX } from './segments/search-segments.ts'

const LIMIT_MAX = 50

const Limit = t.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 5 })
const Score = { minimum: 0, maximum: 1, description: 'Leave out hits with a lower score.' }
const QueryText = t.String({ minLength: 1, maxLength: QUERY_CHARACTERS_MAX, examples: ['How do I back up my data?'] })

export const SearchBody = t.Object(
  {
    query: QueryText,
    limit: t.Optional(Limit),
    documentIds: t.Optional(t.Array(t.String(), { minItems: 1, maxItems: 1_000 })),
    scoreMin: t.Optional(t.Number(Score)),
  },
  { examples: [{ query: 'How do I back up my data?', limit: 3 }] },
)

/** The same as text of an address: `?query=…&limit=3`. */
export const SearchQuery = t.Object({ query: QueryText, limit: Limit, scoreMin: t.Optional(t.Number(Score)) })

const Hit = t.Object({
  score: t.Number({ description: '0..1: how much of the query the chunk holds, rare words counting more.' }),
  content: t.String(),
  title: t.String({ description: 'The headings above it.' }),
  citation: t.Object({
    documentId: t.String(),
    documentName: t.String(),
    chunkId: t.String({ description: 'The chunk within its document.' }),
    page: t.Nullable(t.Integer()),
    pageEnd: t.Nullable(t.Integer()),
  }),
})

export const SearchResult = t.Object(
  { query: t.String(), count: t.Integer(), hits: t.Array(Hit), tookMs: t.Number() },
  {
    examples: [
      {
        query: 'How do I back up my data?',
        count: 1,
        tookMs: 1.4,
        hits: [
          {
            score: 0.71,
            content: 'Copy the data directory while Orrery is stopped.',
            title: 'Back up',
            citation: {
              documentId: '019ab1f2-7a55-7000-8c11-2f4be1f0a001',
              documentName: 'orrery-handbook.pdf',
              chunkId: '6',
              page: 3,
              pageEnd: 3,
            },
          },
        ],
      },
    ],
  },
)

export const toHit = ({ score, chunk }: SearchHit): typeof Hit.static => ({
  score,
  content: chunk.content,
  title: chunk.title,
  citation: {
    documentId: chunk.documentId,
    documentName: chunk.documentName,
    chunkId: chunk.key,
    page: chunk.page,
    pageEnd: chunk.pageEnd,
  },
})
