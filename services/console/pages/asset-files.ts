import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PAGE_HEADERS, SWAGGER_HEADERS } from './page-headers.ts'

/** One file that the browser may have: no path is ever made from what a request says. */
export interface AssetFile {
  filePath: string
  contentType: string
  headers: Readonly<Record<string, string>>
}

const contentTypes: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
}

const webDirectory = join(import.meta.dir, '../web')
/** Files of the `swagger-ui-dist` package that its page needs; the rest of the package stays private. */
const swaggerFiles = ['swagger-ui.css', 'swagger-ui-bundle.js']

/** Path on this server → file. The pages are at `/` and `/swagger`; everything else of `web/` is under `/assets/`. */
export const listAssetFiles = async (): Promise<Map<string, AssetFile>> => {
  const files = new Map<string, AssetFile>()
  for (const name of await readdir(webDirectory)) files.set(webPathOf(name), webFile(name))
  const swaggerDirectory = dirname(Bun.resolveSync('swagger-ui-dist/package.json', import.meta.dir))
  for (const name of swaggerFiles) files.set(`/swagger/${name}`, assetFile(join(swaggerDirectory, name)))
  return files
}

const webPathOf = (name: string): string => {
  if (name === 'index.html') return '/'
  if (name.endsWith('.html')) return `/${name.slice(0, -'.html'.length)}`
  if (name === 'favicon.svg') return '/favicon.svg'
  return `/assets/${name}`
}

const webFile = (name: string): AssetFile => {
  const file = assetFile(join(webDirectory, name))
  return name === 'swagger.html' ? { ...file, headers: SWAGGER_HEADERS } : file
}

const assetFile = (filePath: string): AssetFile => ({
  filePath,
  contentType: contentTypes[filePath.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
  headers: PAGE_HEADERS,
})
