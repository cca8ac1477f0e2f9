import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BunPlugin } from 'bun'

const SCRIPTS = /\.(ts|tsx|mts|js|jsx|mjs|cjs)$/
/** Packages that ask the stack of an error where they are: what they find beside themselves they would look for beside the bundle. */
const LEFT_OUTSIDE = /^pyodide(\/|$)/
const PLACE = /\bimport\.meta\.(dirname|dir|filename|path|file|url)\b/g

/**
 * A logger that is made asks for its caller, in case it has transports (ours has none). That would be the first stack of the process, and the
 * first one costs 30 ms in a bundle, for reading the map of the sources.
 */
const LOGGER_CALLER = /\/node_modules\/pino\/lib\/caller\.js$/
const NO_CALLER = 'module.exports = () => undefined'

/**
 * The database client keeps an error of each query that it ever made, for the stacks of later failures. The garbage collector writes out the
 * stacks of errors that live, so the map would be read in every process a moment after its start, and stay in its memory.
 */
const QUERY_ORIGIN = /\/node_modules\/postgres\/.*\/query\.js$/
const KEEP_ERROR = 'function cachedError(xs) {'
const KEEP_NONE = `${KEEP_ERROR} return { stack: '' }\n`

/** What a module finds beside itself it goes on finding there: its own path is that of its source, not of the bundle. */
export const sourcePathsPlugin: BunPlugin = {
  name: 'source-paths',
  setup(build) {
    build.onLoad({ filter: LOGGER_CALLER }, () => ({ contents: NO_CALLER, loader: 'js' }))
    build.onLoad({ filter: QUERY_ORIGIN }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes(KEEP_ERROR)) throw new Error(`${path} keeps its errors elsewhere now.`)
      return { contents: text.replace(KEEP_ERROR, KEEP_NONE), loader: 'js' }
    })
    build.onLoad({ filter: SCRIPTS }, async ({ path, loader }) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes('import.meta.')) return undefined
      return { contents: text.replaceAll(PLACE, (_, name: string) => JSON.stringify(placeOf(path, name))), loader }
    })
    build.onResolve({ filter: LEFT_OUTSIDE }, ({ path, importer }) => ({
      path: Bun.resolveSync(path, dirname(importer)),
      external: true,
    }))
  },
}

const placeOf = (path: string, name: string): string => {
  if (name === 'url') return pathToFileURL(path).href
  if (name === 'dir' || name === 'dirname') return dirname(path)
  if (name === 'file') return path.slice(dirname(path).length + 1)
  return path
}
