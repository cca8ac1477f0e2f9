import { Elysia, t } from 'elysia'
import { FileNotFoundError } from '../errors.ts'
import { FILES_PATH, readFileName } from './file-address.ts'
import { mayBeShown, mediaTypeOf } from './file-rules.ts'
import type { FileStores } from './save-upload.ts'

const FileParams = t.Object({ name: t.String({ maxLength: 64, examples: ['0123456789abcdef0123456789abcdef.pdf'] }) })

/** Whatever is in a file, a browser runs nothing of it. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
}
/** A file never changes under its address. */
const CACHED = 'private, max-age=31536000, immutable'

/** Uploaded files, for whoever has their address: models, tools and pages that show a run need no credentials. */
export const fileRoutes = (stores: FileStores) => {
  const options = { params: FileParams, detail: { summary: 'Read an uploaded file; its address is its secret' } }
  return new Elysia({ prefix: FILES_PATH, normalize: false, tags: ['workflow wire'] })
    .get(
      '/:name',
      async ({ params }) => {
        const { headers, path } = await find(stores, params.name)
        return new Response(Bun.file(path), { headers })
      },
      options,
    )
    .head('/:name', async ({ params }) => new Response(null, { headers: (await find(stores, params.name)).headers }), {
      params: FileParams,
      detail: { hide: true },
    })
}

const find = async ({ files, objects }: FileStores, name: string) => {
  const named = readFileName(name)
  const file = named && (await files.find(named.id))
  if (!file || file.extension !== named?.extension) throw new FileNotFoundError()
  const disposition = mayBeShown(file.extension) ? 'inline' : 'attachment'
  return {
    path: await objects.localPath(file.contentHash),
    headers: {
      ...HARMLESS,
      'content-type': mediaTypeOf(file.extension),
      'content-length': String(file.sizeBytes),
      'content-disposition': `${disposition}; filename*=UTF-8''${encodeName(file.name)}`,
      'cache-control': CACHED,
    },
  }
}

/** RFC 8187: what encodeURIComponent leaves and the header may not hold is written out too. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  )
