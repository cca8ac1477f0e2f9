import { gzipSync } from 'node:zlib'
import { AssetNotFoundError } from '../errors.ts'
import { type AssetFile, listAssetFiles } from './asset-files.ts'

interface LoadedAsset extends AssetFile {
  plain: Uint8Array<ArrayBuffer>
  packed: Uint8Array<ArrayBuffer>
  hash: string
}

/** Long enough that two contents of one path never share it. */
const HASH_LENGTH = 20

/**
 * Answers requests for the files of the pages: read and packed at the first request for each, kept in memory after it. An `ETag` names the
 * content; whoever has it already gets 304 without a body.
 */
export const createAssetServer = () => {
  let files: Promise<Map<string, AssetFile>> | undefined
  const loaded = new Map<string, Promise<LoadedAsset>>()

  const load = async (path: string): Promise<LoadedAsset> => {
    files ??= listAssetFiles().catch((error: unknown) => {
      files = undefined // and neither is one to list them
      throw error
    })
    const file = (await files).get(path)
    if (!file) throw new AssetNotFoundError(path)
    if (!loaded.has(path)) loaded.set(path, readAsset(file))
    try {
      return (await loaded.get(path)) as LoadedAsset // safe: set above
    } catch (error) {
      loaded.delete(path) // a failure to read is not kept
      throw error
    }
  }

  /** @throws AssetNotFoundError */
  return async (path: string, request: Headers): Promise<Response> => {
    const asset = await load(path)
    const packs = /\bgzip\b/.test(request.get('accept-encoding') ?? '')
    const etag = `"${asset.hash}${packs ? '-gzip' : ''}"`
    const headers = {
      ...asset.headers,
      'content-type': asset.contentType,
      etag,
      vary: 'accept-encoding',
      ...(packs ? { 'content-encoding': 'gzip' } : {}),
    }
    const had = request.get('if-none-match')?.split(',') ?? []
    if (had.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return new Response(null, { status: 304, headers })
    return new Response(packs ? asset.packed : asset.plain, { headers })
  }
}

const readAsset = async (file: AssetFile): Promise<LoadedAsset> => {
  const plain = await Bun.file(file.filePath).bytes()
  const hash = new Bun.CryptoHasher('sha256').update(plain).digest('hex').slice(0, HASH_LENGTH)
  return { ...file, plain, packed: new Uint8Array(gzipSync(plain)), hash }
}
