import type { WireSchema } from './check-schema.ts'
import type { WireRequest } from './read-request.ts'
import { LINK_CODES } from './wire-error.ts'

const APP_ID: WireSchema = { type: 'string', minLength: 1, maxLength: 32 }
const TOOL_ID: WireSchema = { type: 'string', pattern: '^tool@[0-9a-zA-Z]+$' }
const NAME: WireSchema = { type: 'string', minLength: 1, maxLength: 128 }
const DESCRIPTION: WireSchema = { type: 'string', minLength: 1, maxLength: 512 }
const SCHEMA_TYPE: WireSchema = { type: 'integer', enum: [0, 1] }
const VERSION: WireSchema = { type: 'string', minLength: 1, maxLength: 128 }
const SCHEMA_TEXT: WireSchema = { type: 'string', minLength: 1 }
const TOOLS_MAX = 6

const HEADER: WireSchema = { type: 'object', required: ['app_id'], properties: { app_id: APP_ID } }

const toolsBody = (item: WireSchema): WireSchema => ({
  type: 'object',
  required: ['header', 'payload'],
  properties: {
    header: HEADER,
    payload: {
      type: 'object',
      required: ['tools'],
      properties: { tools: { type: 'array', minItems: 1, maxItems: TOOLS_MAX, items: item } },
    },
  },
})

const TEXTS = { 'name?': 'text|null', 'description?': 'text|null', 'openapi_schema?': 'text|null' } as const
const toolsModel = (item: WireRequest['model']): WireRequest['model'] => ({
  header: { app_id: 'text' },
  payload: { tools: [{ ...item, ...TEXTS, 'schema_type?': 'whole|null' }] },
})

export interface ToolsBody {
  header: { app_id: string }
  payload: { tools: WireTool[] }
}
export interface WireTool {
  id?: string
  version?: string
  schema_type?: number
  name?: string
  description?: string
  openapi_schema?: string
}

/** POST: new tools. */
export const CREATE: WireRequest = {
  model: toolsModel({}),
  schema: toolsBody({
    type: 'object',
    required: ['schema_type', 'name', 'description', 'openapi_schema'],
    properties: { schema_type: SCHEMA_TYPE, name: NAME, description: DESCRIPTION, openapi_schema: SCHEMA_TEXT },
  }),
  linkCode: LINK_CODES.JSON_SCHEMA,
}

/** PUT: new versions of tools. */
export const UPDATE: WireRequest = {
  model: toolsModel({ 'id?': 'text|null', 'version?': 'text|null' }),
  schema: toolsBody({
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      id: TOOL_ID,
      version: VERSION,
      schema_type: SCHEMA_TYPE,
      name: NAME,
      description: DESCRIPTION,
      openapi_schema: SCHEMA_TEXT,
    },
    dependencies: { schema_type: ['openapi_schema'], openapi_schema: ['schema_type'] },
    anyOf: [{ required: ['schema_type'] }, { required: ['name'] }, { required: ['description'] }],
  }),
  linkCode: LINK_CODES.JSON_PROTOCOL,
}

/** GET and DELETE, whose queries are looked at as one object. */
export const IDS: WireSchema = {
  type: 'object',
  properties: { app_id: APP_ID, tool_ids: { type: 'array', minItems: 1, items: TOOL_ID } },
}
/** The deprecated DELETE takes a few at once. */
export const FEW_IDS: WireSchema = {
  type: 'object',
  properties: { app_id: APP_ID, tool_ids: { type: 'array', minItems: 1, maxItems: TOOLS_MAX, items: TOOL_ID } },
}

export interface RunBody {
  header: { app_id: string; uid?: string | null }
  parameter: { tool_id: string; operation_id: string; version?: string | null }
  payload: { message: Partial<Record<'header' | 'path' | 'query' | 'body', string>> }
}

const PART: WireSchema = { type: 'string' }

/** POST http_run. */
export const RUN: WireRequest = {
  model: {
    header: { app_id: 'text', 'uid?': 'text|null' },
    parameter: { tool_id: 'text', operation_id: 'text', 'version?': 'text|null' },
    payload: { message: 'map' },
  },
  schema: {
    type: 'object',
    required: ['header', 'parameter', 'payload'],
    properties: {
      header: HEADER,
      parameter: {
        type: 'object',
        required: ['tool_id', 'operation_id'],
        properties: { tool_id: { ...TOOL_ID, maxLength: 32 }, operation_id: { type: 'string', minLength: 1 } },
      },
      payload: {
        type: 'object',
        properties: {
          message: {
            type: 'object',
            additionalProperties: false,
            properties: { header: PART, path: PART, query: PART, body: PART },
          },
        },
      },
    },
  },
  linkCode: LINK_CODES.JSON_PROTOCOL,
}

export interface DebugBody {
  server: string
  method: string
  path: Record<string, unknown>
  query: Record<string, unknown>
  header: Record<string, unknown>
  body: Record<string, unknown>
  openapi_schema: string
}

const ANY_MAP: WireSchema = { type: 'object' }

/** POST tool_debug. */
export const DEBUG: WireRequest = {
  model: {
    'server?': 'text',
    'method?': 'text',
    'path?': 'map',
    'query?': 'map',
    'header?': 'map',
    'body?': 'map',
    'openapi_schema?': 'text',
  },
  schema: {
    type: 'object',
    required: ['server', 'method', 'path', 'query', 'header', 'body', 'openapi_schema'],
    properties: {
      server: { type: 'string', minLength: 1 },
      method: { type: 'string', enum: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE'] },
      path: ANY_MAP,
      query: ANY_MAP,
      header: ANY_MAP,
      body: ANY_MAP,
      openapi_schema: { type: 'string' },
    },
  },
  linkCode: LINK_CODES.JSON_PROTOCOL,
}
