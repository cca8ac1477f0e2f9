import {
  anything,
  decimal,
  dictionary,
  identifier,
  integer,
  list,
  model,
  nullable,
  oneOf,
  type RuleValue,
  text,
  truth,
  withDefault,
} from './field-rules.ts'

/** Who did the work in the original: its four upstreams. */
export const RAG_TYPES = ['AIUI-RAG2', 'CBG-RAG', 'SparkDesk-RAG', 'Ragflow-RAG'] as const
export type RagType = (typeof RAG_TYPES)[number]

const ragType = oneOf(RAG_TYPES)
const TOP_N_MAX = 5
/** Bases that one question searches. */
const BASES_MAX = 100

export const FileSplit = model({
  file: text(1),
  resourceType: withDefault(nullable(integer()), 0),
  ragType,
  lengthRange: nullable(list(integer())),
  overlap: nullable(integer()),
  separator: nullable(list(text(0))),
  cutOff: nullable(list(text(0))),
  titleSplit: withDefault(nullable(truth), false),
})
export type FileSplit = RuleValue<typeof FileSplit>

export const ChunkSave = model({
  docId: identifier(1),
  group: identifier(1),
  uid: nullable(text(0)),
  chunks: list(anything, 1),
  ragType,
})
export type ChunkSave = RuleValue<typeof ChunkSave>

export const ChunkUpdate = model({
  docId: identifier(1),
  group: identifier(1),
  uid: nullable(text(0)),
  chunks: list(dictionary, 1),
  ragType,
})
export type ChunkUpdate = RuleValue<typeof ChunkUpdate>

export const ChunkDelete = model({ docId: identifier(1), chunkIds: nullable(list(identifier(0))), ragType })
export type ChunkDelete = RuleValue<typeof ChunkDelete>

export const QueryDocument = model({ docId: identifier(1), ragType })
export type QueryDocument = RuleValue<typeof QueryDocument>

export const ChunkQuery = model({
  query: text(1),
  topN: integer({ from: 1, to: TOP_N_MAX }),
  match: model({
    repoId: list(identifier(0), 1, BASES_MAX),
    docIds: nullable(list(identifier(0))),
    threshold: withDefault(decimal({ from: 0, to: 1 }), 0),
    flowId: nullable(text(0)),
  }),
  ragType,
})
export type ChunkQuery = RuleValue<typeof ChunkQuery>
