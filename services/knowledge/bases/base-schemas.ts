import { t } from 'elysia'
import { type ShownVectors, VECTOR_STATES } from '../embeddings/show-vectors.ts'
import { STEMMING_LANGUAGES, stemmingOf } from '../retrieval/languages/stemming-language.ts'
import { DEFAULT_SPLITTING } from '../splitting/split-settings.ts'
import { Splitting, SplittingChange, toSplittingView } from '../splitting/splitting-schemas.ts'
import { type BaseRow, INDEX_ENGINES } from '../tables.ts'
import { ModelName, Retrieval, RetrievalChange } from './retrieval-schemas.ts'
import { DEFAULT_RETRIEVAL } from './retrieval-settings.ts'
import { settingsOf } from './settings-of.ts'

export const BaseId = t.String({ minLength: 1, maxLength: 200, examples: ['starter-handbook'] })

const Language = t.String({
  maxLength: 35,
  pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$',
  description:
    'What most documents are written in, as BCP 47 such as `en` or `zh`; `auto`: not known, or several. The model that reads scanned pages is told so. Words in Latin script are found in all their ' +
    'forms by the endings of German, French, Spanish, Italian, Portuguese or Dutch, of English in every other case, and as they are written where it is `none`. Other scripts are found alike in all. ' +
    'After a change the index is made again in the background; the old one answers meanwhile.',
})
const Engine = t.UnionEnum(INDEX_ENGINES, {
  default: undefined,
  description: 'What finds the chunks. `segments` needs nothing.',
})
const OcrModel = t.Nullable(
  ModelName('A chat model that sees images, to read images and scanned pages. Null: they fail as "needs OCR".'),
)
const KeepsQueries = t.Boolean({ description: 'Whether the questions that are asked of it are kept.' })

const Vectors = t.Object(
  {
    model: t.Nullable(t.String(), { description: 'The model whose vectors searches use now.' }),
    state: t.UnionEnum(VECTOR_STATES, {
      description:
        'While `retrieval.embeddingModel` is another one, its vectors are being made (`changing`) or wait for the model (`failing`); what is found by ' +
        'meaning is found with the old ones until all are there.',
    }),
    done: t.Nullable(t.Integer(), { description: 'Distinct texts that have a vector of the next model.' }),
    total: t.Nullable(t.Integer()),
    failure: t.Nullable(t.Object({ code: t.String(), reason: t.String(), remedy: t.String(), attempts: t.Integer() })),
  },
  { description: 'What searches by meaning stand on.' },
)

const Stemming = t.Object(
  {
    language: t.UnionEnum(STEMMING_LANGUAGES, { default: undefined }),
    state: t.UnionEnum(['ready', 'changing'], {
      default: undefined,
      description: '`changing`: `language` says otherwise by now, and the index is being made again.',
    }),
  },
  { description: 'By whose endings searches find words in Latin script now.' },
)

export const Base = t.Object(
  {
    id: BaseId,
    appId: t.String({ description: 'Owner; empty for a base that only root reaches.' }),
    name: t.String(),
    description: t.String(),
    splitting: Splitting,
    language: t.String(),
    stemming: Stemming,
    engine: Engine,
    retrieval: Retrieval,
    ocrModel: t.Nullable(t.String()),
    keepsQueries: t.Boolean(),
    vectors: Vectors,
    createdAt: t.Date(),
    updatedAt: t.Date(),
  },
  {
    examples: [
      {
        id: 'starter-handbook',
        appId: 'starter',
        name: 'Handbook',
        description: 'What Orrery is and how to run it.',
        splitting: toSplittingView(DEFAULT_SPLITTING),
        language: 'auto',
        stemming: { language: 'en', state: 'ready' },
        engine: 'segments',
        retrieval: DEFAULT_RETRIEVAL,
        ocrModel: null,
        keepsQueries: true,
        vectors: { model: null, state: 'none', done: null, total: null, failure: null },
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
    ],
  },
)
export type Base = typeof Base.static

const Name = t.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Description = t.String({ maxLength: 2_000 })

export const BasePage = t.Object({ bases: t.Array(Base), nextBeforeId: t.Nullable(t.String()) })

export const CreateBase = t.Object(
  {
    id: t.Optional(
      t.String({
        maxLength: 64,
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
        description: 'A name for programs; without it one is made.',
      }),
    ),
    name: Name,
    description: t.Optional(Description),
    splitting: t.Optional(SplittingChange),
    language: t.Optional(Language),
    engine: t.Optional(Engine),
    retrieval: t.Optional(RetrievalChange),
    ocrModel: t.Optional(OcrModel),
    keepsQueries: t.Optional(KeepsQueries),
  },
  { examples: [{ id: 'manuals', name: 'Manuals', description: 'How our machines are run.', language: 'en' }] },
)
export type CreateBase = typeof CreateBase.static

export const ChangeBase = t.Partial(t.Omit(CreateBase, ['id']), {
  minProperties: 1,
  description: 'What is left out stays. New splitting settings apply to what is read from now on.',
  examples: [{ splitting: { lengthMax: 600 } }, { retrieval: { mode: 'lexical', scoreMin: 0.2 } }],
})
export type ChangeBase = typeof ChangeBase.static

export const PageQuery = t.Object({
  beforeId: t.Optional(t.String({ description: 'The last id of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: 200, default: 50 }),
})

/** A full page is followed by another one, which begins below its last id. */
export const toPage = <Row extends { id: string }>(rows: Row[], limit: number) => ({
  rows,
  nextBeforeId: rows.length === limit ? (rows.at(-1)?.id ?? null) : null,
})

/** Row to response: a column stays private until it is named here. */
export const toBase = (row: BaseRow, vectors: ShownVectors): Base => ({
  id: row.id,
  appId: row.appId,
  name: row.name,
  description: row.description,
  splitting: toSplittingView(row.splitting),
  language: row.language,
  stemming: {
    language: row.indexedLanguage,
    state: row.indexedLanguage === stemmingOf(row.language) ? 'ready' : 'changing',
  },
  engine: row.engine,
  retrieval: settingsOf(row),
  ocrModel: row.ocrModel,
  keepsQueries: row.keepsQueries,
  vectors,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
})
