import { type Static, Type } from '@sinclair/typebox'
import { retryConfigSchema } from './retry-policy.ts'

const NODE_ID_PATTERN = '^.*::[A-Za-z0-9-]+$'
/** Ids stand in messages, events and frames. */
const NODE_ID_CHARS_MAX = 256

const referenceSchema = Type.Object({
  nodeId: Type.String({ minLength: 1 }),
  name: Type.String({ minLength: 1 }),
})

const valueTypeSchema = Type.Union(
  (['string', 'boolean', 'integer', 'number', 'array', 'object'] as const).map((name) => Type.Literal(name)),
)

export const inputSchema = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String({ minLength: 1 }),
  schema: Type.Object({
    type: valueTypeSchema,
    value: Type.Union([
      /** The console saves an unset reference as an empty object: it may be stored, and fails when it is read. */
      Type.Object({
        type: Type.Literal('ref'),
        content: Type.Union([referenceSchema, Type.Record(Type.String(), Type.Never())]),
      }),
      Type.Object({ type: Type.Literal('literal'), content: Type.Unknown() }),
    ]),
  }),
})

export const outputSchema = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.String({ minLength: 1 }),
  required: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  schema: Type.Record(Type.String(), Type.Unknown()),
  fileType: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  allowedFileType: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
})

export const nodeSchema = Type.Object({
  id: Type.String({ pattern: NODE_ID_PATTERN, maxLength: NODE_ID_CHARS_MAX }),
  data: Type.Object({
    nodeMeta: Type.Object({ nodeType: Type.String(), aliasName: Type.String() }),
    inputs: Type.Array(inputSchema),
    outputs: Type.Array(outputSchema),
    nodeParam: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    retryConfig: Type.Optional(Type.Union([retryConfigSchema, Type.Null()])),
  }),
})

export const edgeSchema = Type.Object({
  sourceNodeId: Type.String({ maxLength: NODE_ID_CHARS_MAX }),
  targetNodeId: Type.String({ maxLength: NODE_ID_CHARS_MAX }),
  sourceHandle: Type.Optional(Type.String()),
})

/** The wire's protocol envelope (`version` v3.0.0). Only `data` decides how the flow runs; unknown keys are ignored. */
export const flowDefinitionSchema = Type.Object({
  id: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  name: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  version: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  data: Type.Object({ nodes: Type.Array(nodeSchema), edges: Type.Array(edgeSchema) }),
})

export type FlowDefinition = Static<typeof flowDefinitionSchema>
export type NodeDefinition = Static<typeof nodeSchema>
export type InputDefinition = Static<typeof inputSchema>
export type OutputDefinition = Static<typeof outputSchema>
export type EdgeDefinition = Static<typeof edgeSchema>
