import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EngineMissingError } from '../../errors.ts'
import type { ArrowModule, LanceModule } from './lance-module.ts'

/** The versions that the engine is tested with. */
export const LANCEDB_VERSION = '0.39.0'
export const ARROW_VERSION = '18.1.0'

/** Where an installation may add packages to a data directory. */
export const extensionsFolder = (dataDirectory: string): string => join(dataDirectory, 'extensions')

/**
 * Loads LanceDB from the first of these folders that holds it, once it is needed. It is no dependency: it weighs 200 MB, and few bases want it.
 * Workers are bundled, so it is imported by its path. Throws EngineMissingError where it is in none of them, or cannot be loaded.
 */
export const createLanceFinder = (folders: readonly string[]): (() => Promise<LanceModule>) => {
  let found: Promise<LanceModule> | undefined
  return () => {
    found ??= load(folders).catch((error: unknown) => {
      // It may be installed while this process runs.
      found = undefined
      throw error
    })
    return found
  }
}

const load = async (folders: readonly string[]): Promise<LanceModule> => {
  const modules = folders
    .map((folder) => join(folder, 'node_modules'))
    .find((folder) => existsSync(join(folder, '@lancedb/lancedb/package.json')))
  if (modules === undefined) throw new EngineMissingError('lancedb', installCommand(folders[0] ?? '.'))
  try {
    const [lance, arrow] = await Promise.all([
      importFile<LanceModule['lance']>(join(modules, '@lancedb/lancedb/dist/index.js')),
      importFile<ArrowModule>(join(modules, 'apache-arrow/Arrow.node.js')),
    ])
    return { lance, arrow }
  } catch (cause) {
    throw new EngineMissingError('lancedb', installCommand(folders[0] ?? '.'), { cause })
  }
}

const importFile = async <Module>(path: string): Promise<Module> => import(pathToFileURL(path).href)

/**
 * What installs it into a folder. Without its optional packages: they are models and clients that the engine does not use, and weigh twice as
 * much. The one that holds its native code is optional too, so it is named.
 */
export const installCommand = (folder: string): string =>
  ['npm install --prefix', folder, '--omit=optional --ignore-scripts', ...lancePackages()].join(' ')

/** What has to be installed on this machine, with versions. */
export const lancePackages = (): string[] => [
  `@lancedb/lancedb@${LANCEDB_VERSION}`,
  `@lancedb/lancedb-${platformName()}@${LANCEDB_VERSION}`,
  `apache-arrow@${ARROW_VERSION}`,
]

const platformName = (): string => {
  const { platform, arch } = process
  if (platform !== 'linux') return `${platform}-${arch}${platform === 'win32' ? '-msvc' : ''}`
  return `linux-${arch}-${existsSync(`/lib/ld-musl-${arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`) ? 'musl' : 'gnu'}`
}
