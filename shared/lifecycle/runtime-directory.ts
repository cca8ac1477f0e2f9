import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** A unix socket's path may have 107 bytes on Linux and 103 on macOS, whatever the file system allows. */
const SOCKET_PATH_BYTES_MAX = 103
/** The longest name below the runtime directory: pool, slot, generation and a few random digits. */
const SOCKET_NAME_BYTES_MAX = 48

/**
 * Where the sockets of an instance live: `<data>/run`, or a directory under /tmp named after a hash of the data directory when that path is
 * too long for a socket. The same data directory always gives the same answer, so the command line finds a running instance by it.
 */
export const runtimeDirectory = (dataDirectory: string): string => {
  const inside = join(dataDirectory, 'run')
  if (Buffer.byteLength(inside) + 1 + SOCKET_NAME_BYTES_MAX <= SOCKET_PATH_BYTES_MAX) return inside
  const hash = new Bun.CryptoHasher('sha256').update(dataDirectory).digest('hex').slice(0, 16)
  return `/tmp/orrery-${hash}`
}

/** Creates the runtime directory with mode 0700. Throws when somebody else put something in its place. */
export const ensureRuntimeDirectory = (dataDirectory: string): string => {
  const directory = runtimeDirectory(dataDirectory)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const entry = lstatSync(directory)
  const own = process.getuid?.() ?? entry.uid
  if (!entry.isDirectory() || (entry.uid !== own && own !== 0)) {
    throw new Error(`${directory} belongs to somebody else. Remove it, or move the data directory to a shorter path.`)
  }
  chmodSync(directory, 0o700)
  return directory
}

/** Sockets that others look for by name. Those of workers are in no list: their names are new each time. */
export const controlSocketPath = (dataDirectory: string): string =>
  join(runtimeDirectory(dataDirectory), 'control.sock')
export const adminSocketPath = (dataDirectory: string): string => join(runtimeDirectory(dataDirectory), 'admin.sock')
