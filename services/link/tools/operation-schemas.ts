import { t } from 'elysia'
import type { Json } from '../openapi/json-values.ts'
import type { ToolOperation } from '../openapi/operation.ts'
import { inputSchemaOf } from '../openapi/operation-schema.ts'
import { ToolParams } from './tool-schemas.ts'

const OperationId = t.String({ minLength: 1, maxLength: 512, examples: ['forecast'] })

const Operation = t.Object({
  operationId: OperationId,
  method: t.String({ examples: ['GET'] }),
  path: t.String({ examples: ['/{city}'] }),
  summary: t.String(),
  description: t.String(),
  deprecated: t.Boolean(),
  server: t.Nullable(t.String({ examples: ['https://api.example/v1'] }), {
    description: 'Where it is called: the server that was chosen, or the first; null when the document tells none.',
  }),
  security: t.Array(t.Record(t.String(), t.Array(t.String())), {
    description: 'Alternatives, each with the security schemes that it needs; none when no credentials are asked for.',
  }),
  inputSchema: t.Record(t.String(), t.Unknown(), {
    description: 'JSON Schema (2020-12) of what a run takes: `{path, query, header, cookie, body}`. For models.',
  }),
})

export const OPERATIONS_LIMIT_MAX = 200

export const OperationPage = t.Object({
  version: t.String({ description: 'The version that these operations are of.', examples: ['V1.0'] }),
  operations: t.Array(Operation),
  nextAfter: t.Nullable(t.String(), { description: 'Pass it as `after`; null on the last page.' }),
})

export const OperationQuery = t.Object({
  version: t.Optional(t.String({ maxLength: 128, description: 'The newest when left out.' })),
  after: t.Optional(t.String({ maxLength: 512, description: 'The `nextAfter` of the page before.' })),
  limit: t.Integer({ minimum: 1, maximum: OPERATIONS_LIMIT_MAX, default: 100 }),
})

export const OperationParams = t.Object({ ...ToolParams.properties, operationId: OperationId })

const Values = t.Record(t.String(), t.Unknown())

export const RunOperation = t.Object(
  {
    version: t.Optional(t.String({ minLength: 1, maxLength: 128, description: 'The newest when left out.' })),
    path: t.Optional(Values),
    query: t.Optional(Values),
    header: t.Optional(Values),
    cookie: t.Optional(Values),
    body: t.Optional(t.Unknown({ description: 'Any JSON; files as base64, or `{data, filename, contentType}`.' })),
    contentType: t.Optional(
      t.String({ maxLength: 256, description: "One of the operation's media types; the best when left out." }),
    ),
  },
  { examples: [{ path: { city: 'Oslo' }, query: { days: 2 } }] },
)

export const RunAnswer = t.Object({
  status: t.Integer({ description: 'HTTP status of the tool: any 2xx.', examples: [200] }),
  contentType: t.String({ examples: ['application/json'] }),
  answer: t.Unknown({ description: 'JSON as the tool answered it; a text for text, a `data:` URL for bytes.' }),
})

export const toOperation = (document: Json, operation: ToolOperation): typeof Operation.static => ({
  operationId: operation.operationId,
  method: operation.method,
  path: operation.path,
  summary: operation.summary,
  description: operation.description,
  deprecated: operation.deprecated,
  server: operation.server ?? null,
  security: operation.security.map((alternative) =>
    Object.fromEntries(Object.entries(alternative).map(([scheme, scopes]) => [scheme, [...scopes]])),
  ),
  inputSchema: inputSchemaOf(document, operation),
})
