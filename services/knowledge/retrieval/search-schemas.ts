import { t } from 'elysia'
import type { Answer, SearchHit } from './answer-question.ts'
import { highlightWords, type Span } from './highlight-words.ts'
import type { NeighbourChunk } from './hit-repository.ts'
import type { LanguageRules } from './languages/language-rules.ts'

const Place = t.Object({ rank: t.Integer({ description: '1 is the best.' }), score: t.Number() })
const Neighbours = t.Array(t.Object({ chunkId: t.String(), content: t.String() }))

export const Hit = t.Object({
  score: t.Number({
    description:
      '0..1, falling from hit to hit: the score of the rerank model; or of the two lists as one, where both were asked; or of the only list.',
  }),
  parts: t.Object(
    {
      lexical: t.Nullable(Place),
      vector: t.Nullable(Place),
      fused: Place,
      rerank: t.Nullable(t.Composite([Place, t.Object({ model: t.String() })])),
    },
    {
      description:
        'How the score came about: place and score in the list found by words (the share of the question that the chunk holds, rare words counting more), in that found by meaning (the cosine), in both as one, and what the rerank model said. Null where a list does not hold it.',
    },
  ),
  content: t.String(),
  context: t.Nullable(
    t.String({ description: 'Wider text around the content, for a model to read; null when it is the same.' }),
  ),
  title: t.String({ description: 'The headings above it.' }),
  highlights: t.Optional(
    t.Array(t.Tuple([t.Integer(), t.Integer()]), {
      description: 'Start and end of words of the question in `content`, in UTF-16 code units.',
    }),
  ),
  neighbours: t.Optional(t.Object({ before: Neighbours, after: Neighbours })),
  citation: t.Object({
    baseId: t.String(),
    documentId: t.String(),
    documentName: t.String(),
    chunkId: t.String({ description: 'The chunk within its document.' }),
    position: t.Number({ description: 'Its place in the order of the document.' }),
    page: t.Nullable(t.Integer()),
    pageEnd: t.Nullable(t.Integer()),
    folder: t.Nullable(t.Object({ id: t.String(), name: t.String() })),
    tags: t.Array(t.String()),
    metadata: t.Record(t.String(), t.Unknown()),
    url: t.Nullable(t.String({ description: 'Of a web page.' })),
  }),
})
export type Hit = typeof Hit.static

const Warning = t.Object({
  code: t.UnionEnum(['EMBEDDING_UNAVAILABLE', 'RERANK_UNAVAILABLE', 'VECTORS_MISSING']),
  model: t.Nullable(t.String()),
  message: t.String(),
})

const ms = (description: string) => t.Number({ description: `Milliseconds: ${description}` })

/** An answer without the question. */
export const Answered = t.Object({
  count: t.Integer(),
  hits: t.Array(Hit),
  warnings: t.Array(Warning, { description: 'Why the answer is less than what was asked for. Empty when it is not.' }),
  tookMs: ms('all of it.'),
  times: t.Object({
    filterMs: ms('finding the documents that the filter lets through.'),
    lexicalMs: ms('searching by words.'),
    embeddingMs: ms('asking for the vector of the question.'),
    vectorMs: ms('searching by meaning.'),
    rerankMs: ms('asking the rerank model.'),
  }),
})

const answeredExample = {
  count: 1,
  hits: [
    {
      score: 0.71,
      parts: {
        lexical: { rank: 1, score: 0.71 },
        vector: null,
        fused: { rank: 1, score: 0.71 },
        rerank: null,
      },
      content: 'Copy the data directory while Orrery is stopped.',
      context: null,
      title: 'Back up',
      citation: {
        baseId: 'starter-handbook',
        documentId: '019ab1f2-7a55-7000-8c11-2f4be1f0a001',
        documentName: 'orrery-handbook.pdf',
        chunkId: '6',
        position: 6,
        page: 3,
        pageEnd: 3,
        folder: null,
        tags: ['handbook'],
        metadata: { year: 2026 },
        url: null,
      },
    },
  ],
  warnings: [],
  tookMs: 1.4,
  times: { filterMs: 0, lexicalMs: 0.7, embeddingMs: 0, vectorMs: 0, rerankMs: 0 },
}

export const SearchResult = t.Composite([t.Object({ query: t.String() }), Answered], {
  examples: [{ query: 'How do I back up my data?', ...answeredExample }],
})

/** What a request wants to see of the hits besides. */
export interface HitExtras {
  /** The question whose words are to be marked; undefined: none are. */
  highlight?: string | undefined
  /** Chunks beside the hits; undefined: none are told. */
  neighbours?: readonly NeighbourChunk[] | undefined
}

export const toAnswered = ({ hits, warnings, times, languages }: Answer, extras: HitExtras): typeof Answered.static => {
  const { tookMs, ...parts } = times
  const besides = extras.neighbours && Map.groupBy(extras.neighbours, ({ chunkId }) => chunkId)
  return {
    count: hits.length,
    hits: hits.map((hit) => {
      const beside = besides && (besides.get(hit.chunkId) ?? [])
      return toHit(hit, { ...extras, beside, rules: languages.get(hit.baseId) })
    }),
    warnings: [...warnings],
    tookMs: rounded(tookMs),
    times: Object.fromEntries(
      Object.entries(parts).map(([part, time]) => [part, rounded(time)]),
    ) as typeof Answered.static.times,
  }
}

const rounded = (time: number): number => Math.round(time * 100) / 100

const toHit = (
  { score, chunk, baseId, lexical, vector, fused, rerank }: SearchHit,
  {
    highlight,
    beside,
    rules,
  }: Pick<HitExtras, 'highlight'> & {
    beside: readonly NeighbourChunk[] | undefined
    rules: LanguageRules | undefined
  },
): Hit => ({
  score,
  parts: { lexical, vector, fused, rerank },
  content: chunk.content,
  context: chunk.context,
  title: chunk.title,
  ...(highlight === undefined ? {} : { highlights: highlightWords(highlight, chunk.content, rules) satisfies Span[] }),
  ...(beside && {
    neighbours: {
      before: beside.filter(({ offset }) => offset < 0).map(toNeighbour),
      after: beside.filter(({ offset }) => offset > 0).map(toNeighbour),
    },
  }),
  citation: {
    baseId,
    documentId: chunk.documentId,
    documentName: chunk.documentName,
    chunkId: chunk.key,
    position: chunk.position,
    page: chunk.page,
    pageEnd: chunk.pageEnd,
    folder: chunk.folder,
    tags: chunk.tags,
    metadata: chunk.metadata,
    url: chunk.sourceUrl,
  },
})

const toNeighbour = ({ key, content }: NeighbourChunk) => ({ chunkId: key, content })
