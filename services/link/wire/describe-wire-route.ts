import type { WireSchema } from './check-schema.ts'
import { CREATE, DEBUG, RUN, UPDATE } from './wire-requests.ts'

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Weather', version: '1' },
  servers: [{ url: 'https://weather.example' }],
  paths: { '/{city}': { get: { operationId: 'forecast', responses: { 200: { description: 'ok' } } } } },
}
const header = { app_id: '680ab54f' }
const tool = { name: 'Weather', description: 'Forecasts.', schema_type: 0, openapi_schema: base64(DOCUMENT) }
const toolId = 'tool@1a2b3c4d5e6f708'
const version = 'V1.0'

const success = (data: unknown) => ({ code: 0, message: 'Success', sid: 'link00510001@or1a203051388f00ff182', data })
const acknowledged = success({ result: 'Success' })
const answered = {
  header: { code: 0, message: 'Success', sid: 'link…' },
  payload: { text: { text: '{"sky": "clear"}' } },
}
const found = success({ tools: [{ name: 'Weather', description: 'Forecasts.', id: toolId, schema: '{…}', version }] })

interface WireDescription {
  body?: { schema: WireSchema; example: unknown }
  query?: Readonly<Record<string, { required: boolean; isList?: boolean; example: string }>>
  answer: unknown
}

const ids = {
  app_id: { required: true, example: '680ab54f' },
  tool_ids: { required: true, isList: true, example: toolId },
}

const DESCRIPTIONS = {
  create: {
    body: { schema: CREATE.schema, example: { header, payload: { tools: [tool] } } },
    answer: success({ tools: [{ name: 'Weather', id: toolId, version }] }),
  },
  update: {
    body: {
      schema: UPDATE.schema,
      example: { header, payload: { tools: [{ ...tool, id: toolId, version: 'V2.0' }] } },
    },
    answer: acknowledged,
  },
  read: { query: { ...ids, versions: { required: true, isList: true, example: version } }, answer: found },
  readFirst: { query: ids, answer: found },
  delete: { query: { ...ids, versions: { required: false, isList: true, example: version } }, answer: acknowledged },
  deleteFirst: { query: ids, answer: acknowledged },
  run: {
    body: {
      schema: RUN.schema,
      example: {
        header,
        parameter: { tool_id: toolId, operation_id: 'forecast', version },
        payload: { message: { path: base64({ city: 'Oslo' }) } },
      },
    },
    answer: answered,
  },
  debug: {
    body: {
      schema: DEBUG.schema,
      example: {
        server: 'https://weather.example/{city}',
        method: 'GET',
        path: { city: 'Oslo' },
        query: {},
        header: {},
        body: {},
        openapi_schema: JSON.stringify(DOCUMENT),
      },
    },
    answer: answered,
  },
} satisfies Record<string, WireDescription>

/** Options of a wire route: its body is read by hand, and the OpenAPI document still shows it. */
export const describeWireRoute = (summary: string, name: keyof typeof DESCRIPTIONS) => {
  const { body, query, answer }: WireDescription = DESCRIPTIONS[name]
  return {
    parse: 'none' as const,
    detail: {
      summary,
      ...(body
        ? {
            requestBody: {
              required: true,
              content: { 'application/json': { schema: body.schema as object, example: body.example } },
            },
          }
        : {}),
      ...(query
        ? {
            parameters: Object.entries(query).map(([key, { required, isList, example }]) => ({
              name: key,
              in: 'query' as const,
              required,
              schema: isList
                ? { type: 'array' as const, items: { type: 'string' as const } }
                : { type: 'string' as const },
              example: isList ? [example] : example,
            })),
          }
        : {}),
      responses: {
        200: {
          description: 'Success and failure alike; code tells',
          content: { 'application/json': { schema: { type: 'object' as const }, example: answer } },
        },
      },
    },
  }
}
