import { type DocumentDecoration, type TSchema, t } from 'elysia'
import { RAG_TYPES } from './wire-models.ts'

/**
 * The wire's bodies for the OpenAPI document. They describe; the checking is done by wire-models.ts, which answers in the original's words.
 */
const RagType = t.Union(
  RAG_TYPES.map((type) => t.Literal(type)),
  {
    description:
      'In whose shapes to answer. All are answered by the built-in store; Ragflow-RAG by RAGFlow where one is set.',
  },
)
const ids = (description: string) => t.Array(t.String(), { description })
const docId = t.String({ minLength: 1 })

const WireChunk = t.Object(
  {
    dataIndex: t.Optional(
      t.String({ description: 'Id of the chunk in its document; also taken: chunkId, chunk_id, id.' }),
    ),
    title: t.Optional(t.String()),
    content: t.String(),
    context: t.Optional(t.String()),
    references: t.Optional(t.Record(t.String(), t.Unknown())),
    docInfo: t.Optional(t.Record(t.String(), t.Unknown())),
  },
  { additionalProperties: true },
)

const chunks = [{ dataIndex: '0', title: 'Start', content: 'Run npm ci and npm start.' }]
const ragType = 'AIUI-RAG2'

export const WIRE_BODIES = {
  split: t.Object(
    {
      file: t.String({ minLength: 1, description: 'http:// or https:// address' }),
      resourceType: t.Optional(t.Integer({ description: '0 file, 1 web page', default: 0 })),
      ragType: RagType,
      lengthRange: t.Optional(
        t.Array(t.Integer(), {
          description:
            'Shortest and longest chunk in characters; AIUI-RAG2: 16 and 512 if left out, CBG-RAG: 256 and 2,000.',
        }),
      ),
      overlap: t.Optional(
        t.Integer({ description: 'Characters repeated from the chunk before; AIUI-RAG2: 16 if left out or 0.' }),
      ),
      separator: t.Optional(ids('Marks after which a cut is welcome.')),
      cutOff: t.Optional(ids('Marks after which a cut is made always.')),
      titleSplit: t.Optional(t.Boolean({ description: 'Cut at headings; AIUI-RAG2 always does.' })),
    },
    { examples: [{ file: 'https://example.com/handbook.pdf', ragType, lengthRange: [16, 512] }] },
  ),
  save: t.Object(
    {
      docId,
      group: t.String({ minLength: 1, description: 'The base; made by its first chunks.' }),
      chunks: t.Array(WireChunk, { minItems: 1 }),
      ragType: RagType,
    },
    { examples: [{ docId: 'doc-1', group: 'manuals', chunks, ragType }] },
  ),
  update: t.Object(
    { docId, group: t.String({ minLength: 1 }), chunks: t.Array(WireChunk, { minItems: 1 }), ragType: RagType },
    { examples: [{ docId: 'doc-1', group: 'manuals', chunks, ragType }] },
  ),
  delete: t.Object(
    { docId, chunkIds: t.Optional(t.Nullable(ids('Null or left out: the whole document.'))), ragType: RagType },
    { examples: [{ docId: 'doc-1', chunkIds: ['0'], ragType }] },
  ),
  query: t.Object(
    {
      query: t.String({ minLength: 1 }),
      topN: t.Union([t.Integer({ minimum: 1, maximum: 5 }), t.String()], {
        description: '1 to 5, a number or its text',
      }),
      match: t.Object({
        repoId: t.Array(t.String(), { minItems: 1, description: 'Bases to search.' }),
        docIds: t.Optional(t.Nullable(ids('Only these documents; empty or null for all.'))),
        threshold: t.Optional(t.Number({ minimum: 0, maximum: 1 })),
        flowId: t.Optional(t.Nullable(t.String())),
      }),
      ragType: RagType,
    },
    {
      examples: [
        { query: 'How do I back up?', topN: '3', match: { repoId: ['starter-handbook'], threshold: 0.1 }, ragType },
      ],
    },
  ),
  document: t.Object({ docId, ragType: RagType }, { examples: [{ docId: 'doc-1', ragType }] }),
}

const Envelope: TSchema = t.Object({
  code: t.Integer({ description: '0, or the number of a failure; the HTTP status is 200 in both cases.' }),
  message: t.String(),
  sid: t.Nullable(t.String()),
  data: t.Optional(t.Unknown()),
})

/** OpenAPI facts of one wire route. */
export const describeWireRoute = (summary: string, body: TSchema, data: unknown): DocumentDecoration => ({
  summary,
  tags: ['knowledge wire'],
  requestBody: { required: true, content: { 'application/json': { schema: body, example: body.examples?.[0] } } },
  responses: {
    200: {
      description: 'Success or failure, told by `code`.',
      content: {
        'application/json': {
          schema: Envelope,
          example: { code: 0, message: 'success', sid: 'spf00510001@or1a20305138b0202802', data },
        },
      },
    },
  },
})
