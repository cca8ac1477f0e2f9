import { Elysia, t } from 'elysia'
import type { LinkDependencies } from '../dependencies.ts'
import { DOCUMENT_BYTES_MAX } from '../openapi/parse-document.ts'
import { readAccess } from '../tools/tool-access.ts'
import { TOOL_ID } from '../tools/tool-schemas.ts'
import { importDocument } from './import-document.ts'

const Optional = {
  name: t.Optional(t.String({ minLength: 1, maxLength: 128, description: "The document's title when left out." })),
  description: t.Optional(t.String({ minLength: 1, maxLength: 512 })),
  toolId: t.Optional(
    t.String({ pattern: TOOL_ID, description: 'The tool that gets a new version; a new tool when left out.' }),
  ),
  version: t.Optional(t.String({ minLength: 1, maxLength: 128, description: 'The next number when left out.' })),
  serverUrl: t.Optional(
    t.String({
      pattern: '^https?://',
      maxLength: 2_048,
      description: 'Called in place of all servers of the document.',
    }),
  ),
}

const ImportBody = t.Union(
  [
    t.Object({
      document: t.Union([
        t.String({ minLength: 1, maxLength: DOCUMENT_BYTES_MAX, description: 'JSON or YAML.' }),
        t.Record(t.String(), t.Unknown()),
      ]),
      ...Optional,
    }),
    t.Object({ url: t.String({ pattern: '^https?://', maxLength: 2_048 }), ...Optional }),
  ],
  { examples: [{ url: 'https://api.example/openapi.json' }] },
)

const ImportAnswer = t.Object({
  toolId: t.String({ examples: ['tool@1a2b3c4d5e6f708'] }),
  version: t.String({ examples: ['V1.0'] }),
  operations: t.Array(
    t.Object({
      operationId: t.String(),
      method: t.String({ examples: ['GET'] }),
      path: t.String(),
      imported: t.Boolean(),
      reason: t.Optional(t.String({ description: 'Why it was not imported.' })),
      warnings: t.Array(t.String()),
    }),
  ),
  warnings: t.Array(t.String()),
  diff: t.Nullable(
    t.Object({ added: t.Array(t.String()), removed: t.Array(t.String()), changed: t.Array(t.String()) }),
    { description: 'Operations against the newest version before; null for a new tool.' },
  ),
})

/** `POST /api/tools/import`: whole OpenAPI documents. */
export const importRoutes = (dependencies: LinkDependencies) =>
  new Elysia({ prefix: '/api/tools/import', tags: ['tools'] }).post(
    '',
    async ({ body, request, status }) => {
      const { name, description, toolId, version, serverUrl } = body
      const source =
        'url' in body
          ? { url: body.url }
          : { text: typeof body.document === 'string' ? body.document : JSON.stringify(body.document) }
      const report = await importDocument(dependencies, readAccess(request.headers), {
        request: { source, name, description, toolId, version, serverUrl },
        signal: request.signal,
      })
      return status(201, { ...report, diff: report.diff ?? null })
    },
    {
      body: ImportBody,
      response: { 201: ImportAnswer },
      detail: { summary: 'Import an OpenAPI 3 document as a tool, or as a new version of one' },
    },
  )
