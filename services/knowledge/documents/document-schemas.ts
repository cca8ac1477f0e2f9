import { t } from 'elysia'
import { MEDIA_TYPES } from '#shared/documents/media-types.ts'
import { PageQuery } from '../bases/base-schemas.ts'
import { Progress } from '../ingestion/progress-schemas.ts'
import { toProgress } from '../ingestion/reading-progress.ts'
import type { DocumentRow } from '../tables.ts'
import { METADATA_FIELDS_MAX, TAG_CHARACTERS_MAX, TAGS_MAX } from './document-facts.ts'
import { DOCUMENT_STATES } from './document-state.ts'

export const DocumentId = t.String({ minLength: 1, maxLength: 200 })

const Tags = t.Array(t.String({ maxLength: TAG_CHARACTERS_MAX }), { maxItems: TAGS_MAX, examples: [['manual']] })

export const Metadata = t.Record(t.String(), t.Union([t.String(), t.Number(), t.Boolean(), t.Array(t.String())]), {
  maxProperties: METADATA_FIELDS_MAX,
  description: 'Texts, numbers, true or false, and lists of texts, by name.',
  examples: [{ year: 2024, topics: ['comets'] }],
})

/** Where a document goes and what is known of it. */
export const FactFields = {
  folderId: t.Optional(t.Nullable(t.String({ minLength: 1, maxLength: 200 }))),
  tags: t.Optional(Tags),
  metadata: t.Optional(Metadata),
}

const Name = t.String({ minLength: 1, maxLength: 1_000, pattern: '\\S' })

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
  folderId: null,
  tags: ['manual'],
  metadata: { year: 2026 },
  enabled: true,
  version: 1,
  pendingVersion: null,
  sourceUrl: null,
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
    state: t.UnionEnum(DOCUMENT_STATES, {
      description:
        'Found as a whole once it was ready for the first time, not at all before. What was found stays so while it is read again, and when that fails.',
    }),
    progress: Progress,
    chunkCount: t.Integer(),
    folderId: t.Nullable(t.String(), { description: 'Null: at the top of the base.' }),
    tags: t.Array(t.String()),
    metadata: Metadata,
    enabled: t.Boolean({ description: 'No search finds what is not enabled.' }),
    version: t.Integer({ description: 'The version whose chunks are found.' }),
    pendingVersion: t.Nullable(
      t.Integer({
        description: 'The version that takes its place once it is read; it says `failed` when it cannot be.',
      }),
    ),
    sourceUrl: t.Nullable(t.String({ description: 'Where it was fetched, and is fetched again.' })),
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

/** Fields of a form that say where a document goes and what is known of it. */
const FormFacts = {
  folderId: t.Optional(t.String({ maxLength: 200, description: 'Folder of the base; empty: at its top.' })),
  tags: t.Optional(
    t.Union([t.String(), t.Array(t.String())], {
      description: 'Divided by commas, or a JSON list, or a field for each.',
      examples: ['manual, english'],
    }),
  ),
  metadata: t.Optional(
    t.Union([t.String(), t.Record(t.String(), t.Unknown())], {
      description: 'A JSON object of texts, numbers, true or false, and lists of texts.',
      examples: ['{"year": 2024, "topics": ["comets"]}'],
    }),
  ),
}

export const UploadForm = t.Object({
  file: t.File({ description: 'A document of one of the media types above; its content decides which.' }),
  name: t.Optional(t.String({ maxLength: 1_000, description: 'Instead of the file name.' })),
  ...FormFacts,
  onSameName: t.Optional(
    t.UnionEnum(['separate', 'version'], {
      default: 'separate',
      description:
        'When the base holds a document of this name: `separate` keeps both, `version` makes the file the next version of the newest.',
    }),
  ),
})

export const ChangeDocument = t.Partial(
  t.Object({ name: Name, enabled: t.Boolean({ description: 'Whether searches find it.' }), ...FactFields }),
  {
    minProperties: 1,
    description: 'What is left out stays. Tags and metadata are replaced as a whole.',
    examples: [{ tags: ['manual', 'english'], metadata: { year: 2026 } }],
  },
)

export const DocumentListQuery = t.Composite([
  PageQuery,
  t.Object({
    state: t.Optional(t.UnionEnum(DOCUMENT_STATES, { default: undefined })),
    enabled: t.Optional(t.BooleanString()),
    folderId: t.Optional(t.String({ maxLength: 200, description: 'In this folder or one in it.' })),
    tag: t.Optional(t.String({ maxLength: TAG_CHARACTERS_MAX })),
    name: t.Optional(t.String({ maxLength: 1_000, description: 'A part of the name, in whatever case.' })),
    metadata: t.Optional(
      t.String({
        maxLength: 10_000,
        description: 'A JSON object of fields and the value that each has to have.',
        examples: ['{"year": 2026}'],
      }),
    ),
  }),
])

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
  folderId: row.folderId,
  tags: row.tags,
  metadata: row.metadata,
  enabled: row.enabled,
  version: row.version,
  pendingVersion: row.pendingVersion,
  sourceUrl: row.sourceUrl,
  runId: row.runId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
})
