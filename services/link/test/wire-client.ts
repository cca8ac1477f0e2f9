import { APP_HEADER, CALLER_HEADER } from '#shared/http/caller.ts'
import { callApp } from '#shared/testing/call-app.ts'
import type { LinkApp } from '../app.ts'

export const asApp = (appId: string) => ({ [CALLER_HEADER]: 'app', [APP_HEADER]: appId })
export const asRoot = { [CALLER_HEADER]: 'root' }

export const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')

/** A document with these paths at that server. */
export const documentOf = (server: string, paths: object, more: object = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Test', version: '1' },
  servers: [{ url: server }],
  paths,
  ...more,
})

export interface Envelope {
  code: number
  message: string
  sid: string
  data: { tools?: { name: string; id: string; version: string; schema?: string }[]; result?: string }
}
export interface RunEnvelope {
  header: { code: number; message: string; sid: string }
  payload: { text?: { text: string } }
}

/** Speaks the wire of the link service as one app. */
export const createWireClient = (app: LinkApp, appId: string, headers: Record<string, string> = asApp(appId)) => {
  const call = async (route: Parameters<typeof callApp>[1], body?: unknown, more: Record<string, string> = {}) =>
    callApp(app, route, { headers: { ...headers, ...more }, ...(body === undefined ? {} : { body }) })
  const header = { app_id: appId }

  return {
    call,
    async create(document: unknown, fields: Record<string, unknown> = {}): Promise<Envelope> {
      const tool = { schema_type: 0, name: 'n', description: 'd', openapi_schema: base64(document), ...fields }
      const { body } = await call('POST /api/v1/tools/versions', { header, payload: { tools: [tool] } })
      return body as Envelope
    },
    /** The id of a new tool. */
    async make(document: unknown): Promise<string> {
      const { code, message, data } = await this.create(document)
      const id = data.tools?.[0]?.id
      if (code !== 0 || id === undefined) throw new Error(`${code} ${message}`)
      return id
    },
    async update(tool: Record<string, unknown>, path: '/versions' | '' = '/versions'): Promise<Envelope> {
      return (await call(`PUT /api/v1/tools${path}`, { header, payload: { tools: [tool] } })).body as Envelope
    },
    async read(ids: string[], versions: string[], path: '/versions' | '' = '/versions'): Promise<Envelope> {
      return (await call(`GET /api/v1/tools${path}?${queryOf(appId, ids, versions)}`)).body as Envelope
    },
    async delete(ids: string[], versions: string[] = [], path: '/versions' | '' = '/versions'): Promise<Envelope> {
      return (await call(`DELETE /api/v1/tools${path}?${queryOf(appId, ids, versions)}`)).body as Envelope
    },
    async run(
      parameter: { tool_id: string; operation_id: string; version?: string },
      message: Record<string, unknown> = {},
      more: Record<string, string> = {},
    ): Promise<RunEnvelope> {
      const encoded = Object.fromEntries(Object.entries(message).map(([part, value]) => [part, base64(value)]))
      const body = { header, parameter, payload: { message: encoded } }
      return (await call('POST /api/v1/tools/http_run', body, more)).body as RunEnvelope
    },
    async debug(fields: Record<string, unknown>): Promise<RunEnvelope> {
      const body = { method: 'GET', path: {}, query: {}, header: {}, body: {}, ...fields }
      return (await call('POST /api/v1/tools/tool_debug', body)).body as RunEnvelope
    },
  }
}

const queryOf = (appId: string, ids: string[], versions: string[]): string => {
  const query = new URLSearchParams({ app_id: appId })
  for (const id of ids) query.append('tool_ids', id)
  for (const version of versions) query.append('versions', version)
  return query.toString()
}
