import { readCaller } from '#shared/http/caller.ts'
import type { Logger } from '#shared/logging/logger.ts'
import { wireCodes } from '../definition/wire-codes.ts'
import { UploadInvalidError } from '../errors.ts'
import { addressOf } from '../files/file-address.ts'
import { boundaryOf } from '../files/read-multipart.ts'
import { type FileStores, saveUpload } from '../files/save-upload.ts'
import { success, WireEnvelope } from './envelope-schemas.ts'
import { requestFault } from './request-fault.ts'
import { requireApp } from './wire-error-plugin.ts'
import { WireFaultError } from './wire-fault.ts'
import { wireOperation } from './wire-operation-plugin.ts'

export interface UploadRoutesDependencies {
  logger: Logger
  nextSid(): string
  fileStores: FileStores
}

/** Uploads of files that flows get as inputs. A body is stored while it arrives. */
export const uploadRoutes = (dependencies: UploadRoutesDependencies, prefix: string) =>
  wireOperation(dependencies, prefix, { operation: 'run', fallback: wireCodes.FILE_STORAGE_FAILED })
    .post(
      '/upload_file',
      async ({ request }) => {
        const [url] = await upload(dependencies, request, 'file')
        return success(dependencies.nextSid(), { url })
      },
      describe('Upload a file; `data.url` is where it is', 'file'),
    )
    .post(
      '/upload_files',
      async ({ request }) => {
        return success(dependencies.nextSid(), { urls: await upload(dependencies, request, 'files') })
      },
      describe('Upload files; `data.urls` is where they are', 'files'),
    )

const upload = async (dependencies: UploadRoutesDependencies, request: Request, field: string): Promise<string[]> => {
  const appId = requireApp(readCaller(request.headers).appId)
  const boundary = boundaryOf(request.headers.get('content-type'))
  if (!boundary || !request.body) throw toWireFault(field)
  const files = await saveUpload(dependencies.fileStores, { appId, field, boundary, body: request.body }).catch(
    (error: unknown) => {
      if (error instanceof UploadInvalidError) throw toWireFault(field, error.reason)
      throw error
    },
  )
  return files.map((file) => addressOf(request, file))
}

/** Without a reason, nothing of the field is there. */
const toWireFault = (field: string, reason?: string): WireFaultError =>
  new WireFaultError(
    requestFault('body', [{ path: `/${field}`, message: reason ?? '', value: reason === undefined ? undefined : '' }]),
  )

const FILE = { type: 'string' as const, format: 'binary' }

/** The body is read by us, so the document is told of it by hand. */
const describe = (summary: string, field: 'file' | 'files') => ({
  parse: 'none' as const,
  response: WireEnvelope,
  detail: {
    summary,
    requestBody: {
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object' as const,
            required: [field],
            properties: { [field]: field === 'file' ? FILE : { type: 'array' as const, items: FILE } },
          },
          example: { [field]: 'report.pdf' },
        },
      },
    },
  },
})
