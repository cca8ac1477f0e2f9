import { Elysia } from 'elysia'
import { readCaller } from '#shared/http/caller.ts'
import { requireApp } from '../agents/find-agent.ts'
import type { AgentFileRow } from '../tables.ts'
import { FileNotFoundError, FileTooLargeError } from './file-errors.ts'
import { DOCUMENT_FILE_BYTES_MAX } from './file-limits.ts'
import { AgentFile, FileParams, FileQuery, toAgentFile, UploadForm } from './file-schemas.ts'
import { type FileStores, storeFile } from './store-file.ts'

/** Whatever is in a file, a browser runs nothing of it. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, max-age=3600',
}

/** `/api/files`: what comes with messages. An app sees its own files; root sees all. */
export const fileRoutes = (stores: FileStores) => {
  const requireFile = async (request: Request, id: string): Promise<AgentFileRow> => {
    const caller = readCaller(request.headers)
    const appId = caller.role === 'root' ? caller.appId : requireApp(caller, undefined)
    const [file] = await stores.files.find(appId, [id])
    if (!file) throw new FileNotFoundError(id)
    return file
  }

  return new Elysia({ prefix: '/api/files', tags: ['files'] })
    .post(
      '',
      async ({ body: { file }, query, request, status }) => {
        const appId = requireApp(readCaller(request.headers), query.appId)
        if (file.size > DOCUMENT_FILE_BYTES_MAX) throw new FileTooLargeError('document', DOCUMENT_FILE_BYTES_MAX)
        const bytes = new Uint8Array(await file.arrayBuffer())
        return status(201, toAgentFile(await storeFile(stores, { appId, name: file.name, bytes }, request.signal)))
      },
      {
        parse: 'formdata',
        query: FileQuery,
        body: UploadForm,
        response: { 201: AgentFile },
        detail: {
          summary: 'Upload a file for messages',
          description:
            'Its content decides what it is. Documents are read at once, so that one that holds no text is refused here.',
        },
      },
    )
    .get('/:id', async ({ params, request }) => toAgentFile(await requireFile(request, params.id)), {
      params: FileParams,
      response: { 200: AgentFile },
      detail: { summary: 'One file' },
    })
    .get(
      '/:id/content',
      async ({ params, request }) => {
        const file = await requireFile(request, params.id)
        const headers = { ...HARMLESS, 'content-type': file.mediaType, 'content-disposition': 'attachment' }
        return new Response(Bun.file(await stores.objects.localPath(file.contentHash)), { headers })
      },
      {
        params: FileParams,
        detail: {
          summary: 'The content of a file',
          responses: {
            200: {
              description: 'The bytes as they were uploaded',
              content: {
                'application/octet-stream': {
                  schema: { type: 'string', format: 'binary' },
                  examples: { one: { value: '…' } },
                },
              },
            },
          },
        },
      },
    )
    .delete(
      '/:id',
      async ({ params, request, set }) => {
        await stores.files.remove((await requireFile(request, params.id)).id)
        set.status = 204
      },
      { params: FileParams, detail: { summary: 'Delete a file', responses: { 204: { description: 'Deleted' } } } },
    )
}
