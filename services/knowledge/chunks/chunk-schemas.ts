import { t } from 'elysia'
import { LENGTH_MAX_HIGHEST } from '../splitting/split-settings.ts'
import { CHUNK_ORIGINS, type ChunkRow } from '../tables.ts'

export const CHUNK_CHARACTERS_MAX = LENGTH_MAX_HIGHEST
const TITLE_CHARACTERS_MAX = 2_000
/** An answer, or the parent of a chunk, with the chunk itself. */
const CONTEXT_CHARACTERS_MAX = 2 * LENGTH_MAX_HIGHEST + 1
const PAGE_MAX = 1_000_000

export const ChunkId = t.String({ minLength: 1, maxLength: 200 })

const example = {
  id: '0',
  version: '1042',
  position: 0,
  title: 'Start',
  content: 'Run npm ci and npm start.',
  context: null,
  page: 1,
  pageEnd: 1,
  enabled: true,
  origin: 'document',
  kind: 'text',
} as const

export const Chunk = t.Object(
  {
    id: t.String({ description: 'The chunk within its document; it stays when the chunk changes.' }),
    version: t.String({
      description: 'Another one after every change. Send it with a change to be refused where somebody was faster.',
    }),
    position: t.Number({ description: 'Its place in the order of the document.' }),
    title: t.String({ description: 'The headings above it. It is found by them too.' }),
    content: t.String({ description: 'What it is found by.' }),
    context: t.Nullable(
      t.String({ description: 'Wider text that a model is shown instead of the content; null when it is the same.' }),
    ),
    page: t.Nullable(t.Integer({ description: '1-based; null where there are no pages.' })),
    pageEnd: t.Nullable(t.Integer()),
    enabled: t.Boolean({ description: 'A disabled chunk stays, but no search finds it.' }),
    origin: t.UnionEnum(CHUNK_ORIGINS, {
      description:
        '`document`: made of the file. `added`: written by a person. `edited`: made of the file, then changed by a person. The last two outlive a new reading of the file.',
    }),
    kind: t.UnionEnum(['text', 'part'], {
      description: '`part`: it is found by less than is shown, as it has a context. `text`: it has none.',
    }),
  },
  { examples: [example] },
)
export type Chunk = typeof Chunk.static

export const ChunkPage = t.Object(
  {
    chunks: t.Array(Chunk),
    nextAfter: t.Nullable(t.String({ description: 'Pass it as `after` to get the next page; null on the last one.' })),
  },
  { examples: [{ chunks: [example], nextAfter: null }] },
)

export const ChunkPageQuery = t.Object({
  after: t.Optional(t.String({ description: 'Id of the last chunk of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: 500, default: 100 }),
  enabled: t.Optional(t.BooleanString({ description: 'Only those that are enabled, or only those that are not.' })),
  origin: t.Optional(t.UnionEnum(CHUNK_ORIGINS, { default: undefined, description: 'Only those of this origin.' })),
})

const Content = t.String({
  minLength: 1,
  maxLength: CHUNK_CHARACTERS_MAX,
  pattern: '\\S',
  description: 'What it is found by.',
})
const Title = t.String({ maxLength: TITLE_CHARACTERS_MAX })
const Context = t.Nullable(t.String({ maxLength: CONTEXT_CHARACTERS_MAX }))

export const AddChunk = t.Object(
  {
    content: Content,
    title: t.Optional(Title),
    context: t.Optional(Context),
    after: t.Optional(
      t.Nullable(
        t.String({ description: 'Id of the chunk it follows; null: it comes first. Left out: it comes last.' }),
      ),
    ),
    page: t.Optional(
      t.Nullable(
        t.Integer({
          minimum: 1,
          maximum: PAGE_MAX,
          description: 'Left out: that of the chunk it follows, where it has one.',
        }),
      ),
    ),
    enabled: t.Optional(t.Boolean({ default: true })),
  },
  { examples: [{ content: 'The port can be changed with HTTP_PORT.', title: 'Start', after: '0' }] },
)
export type AddChunk = typeof AddChunk.static

const Version = t.String({ maxLength: 20, description: 'The version that the change was made of.' })

export const ChangeChunk = t.Object(
  {
    content: t.Optional(Content),
    title: t.Optional(Title),
    context: t.Optional(Context),
    enabled: t.Optional(t.Boolean()),
    version: t.Optional(Version),
  },
  {
    minProperties: 1,
    description:
      'What is left out stays. A context that holds the old content gets the new one in its place, unless it is given itself.',
    examples: [{ content: 'Run npm ci, then npm start.', version: '1042' }, { enabled: false }],
  },
)
export type ChangeChunk = typeof ChangeChunk.static

export const RemoveChunkQuery = t.Object({ version: t.Optional(Version) })

/** Row to response: a column stays private until it is named here. */
export const toChunk = (row: ChunkRow): Chunk => ({
  id: row.key,
  version: String(row.id),
  position: row.position,
  title: row.title,
  content: row.content,
  context: row.context,
  page: row.page,
  pageEnd: row.pageEnd,
  enabled: row.enabled,
  origin: row.origin,
  kind: row.context === null ? 'text' : 'part',
})
