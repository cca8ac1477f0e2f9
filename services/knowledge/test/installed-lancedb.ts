import { mkdir, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { installLancedb } from '../../../deploy/scripts/install-lancedb.ts'
import { createLanceFinder, extensionsFolder, LANCEDB_VERSION } from '../retrieval/lancedb/find-lancedb.ts'

/** Kept between runs and checkouts: it weighs 200 MB. */
const folder = join(Bun.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'orrery', `lancedb-${LANCEDB_VERSION}`)

/** The real LanceDB for tests, installed by the first one that needs it. Where it cannot be installed, they fail. */
export const installedLancedb = async () => {
  await installLancedb(folder)
  return { folder, find: createLanceFinder([folder]) }
}

/** Installs it into a data directory, as far as the service can tell. */
export const linkLancedb = async (dataDirectory: string): Promise<void> => {
  await installLancedb(folder)
  const extensions = extensionsFolder(dataDirectory)
  await mkdir(dirname(extensions), { recursive: true })
  await symlink(folder, extensions)
}
