import { t } from 'elysia'
import { BaseId } from '../bases/base-schemas.ts'
import { Retrieval } from '../bases/retrieval-schemas.ts'
import type { DocumentFilter } from './document-filter.ts'
import { readMetadataFilter } from './read-metadata-filter.ts'
import { QUERY_CHARACTERS_MAX } from './segments/question-terms.ts'

const LIMIT_MAX = 100
const BASES_MAX = 100
export const NEIGHBOURS_MAX = 3

const Limit = t.Integer({ minimum: 1, maximum: LIMIT_MAX, default: 5 })
const { mode, fusion, weights, rerankModel } = Retrieval.properties
const scoreMin = t.Number({
  minimum: 0,
  maximum: 1,
  description:
    'Leave out hits that are not good enough: by the score of the rerank model, or without one by the better of the share of the words that they hold and the cosine. Not by `score`, where that tells an order.',
})
const QueryText = t.String({
  minLength: 1,
  maxLength: QUERY_CHARACTERS_MAX,
  pattern: '\\S',
  examples: ['How do I back up my data?'],
})

/** PostgreSQL has no text with a zero character, so no id or tag holds one. */
const Name = t.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' })
const names = (maxItems: number, description: string) => t.Array(Name, { minItems: 1, maxItems, description })

export const Filter = t.Partial(
  t.Object({
    documentIds: names(1_000, 'Only these documents.'),
    folderIds: names(100, 'Only documents in one of these folders or below it.'),
    tagsAny: names(100, 'Only documents with at least one of these tags.'),
    tagsAll: names(100, 'Only documents with all of these tags.'),
    metadata: t.Unknown({
      description:
        'What the metadata of a document has to say. A condition names a `field` and one of `equals` (a value), `in` (a list of values), `from` and `to` (a range with both ends, of numbers or of texts such as ISO dates), `exists` (true or false) and `contains` (a text of a list). Conditions are joined by {"and": […]}, {"or": […]} and {"not": …}. A document without the field meets no condition but `exists: false`.',
      examples: [{ and: [{ field: 'year', from: 2023 }, { not: { field: 'status', equals: 'draft' } }] }],
    }),
  }),
  { description: 'Which documents may be found; all parts have to hold.' },
)

export const SearchOverrides = t.Partial(t.Object({ mode, fusion, weights, rerankModel, scoreMin }))

const more = {
  filter: t.Optional(Filter),
  documentIds: t.Optional(names(1_000, 'Only these documents: the same as in `filter`.')),
  highlights: t.Optional(t.Boolean({ description: 'Tell where the words of the question stand in each hit.' })),
  neighbours: t.Optional(
    t.Integer({
      minimum: 0,
      maximum: NEIGHBOURS_MAX,
      description: 'So many chunks before and after each hit are told too.',
    }),
  ),
}

export const SearchBody = t.Composite(
  [t.Object({ query: QueryText, limit: t.Optional(Limit), ...more }), SearchOverrides],
  {
    examples: [
      { query: 'How do I back up my data?', limit: 3 },
      {
        query: 'How do I back up my data?',
        mode: 'hybrid',
        weights: { lexical: 0.4, vector: 0.6 },
        filter: { tagsAny: ['handbook'], metadata: { field: 'year', from: 2024 } },
        highlights: true,
      },
    ],
  },
)
export type SearchBody = typeof SearchBody.static

/** The same as text of an address: `?query=…&limit=3`. */
export const SearchQuery = t.Object({
  query: QueryText,
  limit: Limit,
  mode: t.Optional(mode),
  scoreMin: t.Optional(scoreMin),
  highlights: t.Optional(t.BooleanString()),
})

export const SearchManyBody = t.Composite(
  [t.Object({ baseIds: t.Array(BaseId, { minItems: 1, maxItems: BASES_MAX, uniqueItems: true }) }), SearchBody],
  { examples: [{ baseIds: ['manuals', 'starter-handbook'], query: 'How do I back up my data?', limit: 3 }] },
)

/** Takes what a request says of documents. Throws FilterInvalidError. */
export const toFilter = ({
  filter,
  documentIds,
}: {
  filter?: typeof Filter.static | undefined
  documentIds?: string[] | undefined
}): DocumentFilter => {
  const both = filter?.documentIds && documentIds?.filter((id) => filter.documentIds?.includes(id))
  return {
    documentIds: both ?? filter?.documentIds ?? documentIds,
    folderIds: filter?.folderIds,
    tagsAny: filter?.tagsAny,
    tagsAll: filter?.tagsAll,
    metadata: filter?.metadata === undefined ? undefined : readMetadataFilter(filter.metadata),
  }
}
