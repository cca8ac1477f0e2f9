import { t } from 'elysia'
import { Chunk } from '../chunks/chunk-schemas.ts'
import { Splitting, SplittingChange } from '../splitting/splitting-schemas.ts'

const TEXT_CHARACTERS_MAX = 2_000_000
const NAME_CHARACTERS_MAX = 1_000

const Limit = { minimum: 0, maximum: 200, default: 20, description: 'Chunks to show, from the first on.' }
const SPLITTING = 'Settings to try; what is left out is as the base has it.'

export const PreviewBody = t.Object(
  {
    text: t.Optional(t.String({ minLength: 1, maxLength: TEXT_CHARACTERS_MAX, pattern: '\\S' })),
    name: t.Optional(
      t.String({
        maxLength: NAME_CHARACTERS_MAX,
        description: 'Of a file with this text; its ending tells kinds of text apart, such as .md or .csv.',
      }),
    ),
    documentId: t.Optional(
      t.String({ maxLength: 200, description: 'A document of the base, read from its file anew.' }),
    ),
    splitting: t.Optional(SplittingChange),
    limit: t.Integer(Limit),
  },
  {
    examples: [
      { text: '# Start\nRun it.\n\n# Stop\nKill it.', name: 'a.md', splitting: { chunker: 'headings' }, limit: 20 },
    ],
  },
)

export const PreviewForm = t.Object({
  file: t.File({ description: 'A document of any kind that can be uploaded. It is not stored.' }),
  name: t.Optional(t.String({ maxLength: NAME_CHARACTERS_MAX, description: 'Instead of the file name.' })),
  splitting: t.Optional(
    t.Union([t.String(), t.Object({}, { additionalProperties: true })], { description: `JSON. ${SPLITTING}` }),
  ),
  limit: t.Numeric(Limit),
})

const Lengths = t.Nullable(
  t.Object({
    min: t.Integer(),
    median: t.Number(),
    mean: t.Number(),
    max: t.Integer(),
    histogram: t.Array(t.Integer(), {
      description: 'How many lie in each tenth of the way from 0 to the longest, the shortest first.',
    }),
  }),
)

const PreviewChunk = t.Composite([
  t.Pick(Chunk, ['id', 'position', 'title', 'content', 'context', 'page', 'pageEnd']),
  t.Object({ length: t.Integer({ description: 'Characters of the content.' }) }),
])

export const Preview = t.Object(
  {
    mediaType: t.String(),
    splitting: Splitting,
    characters: t.Integer({ description: 'Of the text that was read.' }),
    pages: t.Integer({ description: '0 for files without pages.' }),
    failedPages: t.Array(t.Integer(), { description: 'Pages that could not be read while others could.' }),
    headings: t.Integer(),
    count: t.Integer({ description: 'Chunks that there would be.' }),
    withContext: t.Integer({ description: 'Those of them that are shown as more than they are found by.' }),
    lengths: Lengths,
    contextLengths: Lengths,
    chunks: t.Array(PreviewChunk, { description: 'The first of them.' }),
  },
  { description: 'What would become of a document. Nothing of it is stored.' },
)
export type Preview = typeof Preview.static
