/**
 * `bun deploy/scripts/install-lancedb.ts [folder]`: installs LanceDB for knowledge bases of the engine `lancedb`, into `<ORRERY_DATA>/extensions` or a
 * folder of choice. Versions and checksums are those of deploy/extensions/lancedb. Needs npm, and takes 200 MB.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { extensionsFolder, lancePackages } from '../../services/knowledge/retrieval/lancedb/find-lancedb.ts'

const lockfile = resolve(import.meta.dir, '../extensions/lancedb/package-lock.json')
/** A slow mirror needs about a minute. */
const INSTALL_MS_MAX = 300_000

/**
 * Installs it where it is not yet; may run twice at once. All or nothing: packages come into a folder of their own first. Throws when npm does not
 * succeed.
 */
export const installLancedb = async (folder: string): Promise<void> => {
  if (existsSync(join(folder, 'node_modules/@lancedb/lancedb/package.json'))) return
  mkdirSync(folder, { recursive: true })
  const scratch = mkdtempSync(join(folder, '.installing-'))
  try {
    // npm changes what it is given: the lock file names the packages of one platform, and this may be another.
    cpSync(lockfile, join(scratch, 'package-lock.json'))
    const dependencies = Object.fromEntries(lancePackages().map(splitVersion))
    writeFileSync(
      join(scratch, 'package.json'),
      JSON.stringify({ name: 'orrery-lancedb', private: true, dependencies }),
    )
    // Optional packages are models and clients that the engine does not use; the one with the native code is named among the dependencies.
    const npm = Bun.spawn(['npm', 'install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: scratch,
      stdout: 'ignore',
      stderr: 'pipe',
      signal: AbortSignal.timeout(INSTALL_MS_MAX),
    })
    const complaint = await new Response(npm.stderr).text()
    if ((await npm.exited) !== 0) throw new Error(`npm could not install LanceDB:\n${complaint}`)
    place(join(scratch, 'node_modules'), join(folder, 'node_modules'))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Another process may have been faster; then its packages stay. */
const place = (from: string, to: string): void => {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(join(to, '@lancedb/lancedb/package.json'))) throw error
  }
}

const splitVersion = (named: string): [string, string] => {
  const at = named.lastIndexOf('@')
  return [named.slice(0, at), named.slice(at + 1)]
}

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? extensionsFolder(process.env.ORRERY_DATA ?? 'data'))
  await installLancedb(folder)
  process.stdout.write(`LanceDB is installed in ${dirname(join(folder, 'node_modules'))}\n`)
}
