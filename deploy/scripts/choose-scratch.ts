import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

const MEMORY_DIRECTORY = '/dev/shm'
/** What the suites leave there at once is a fraction of it. */
const SPACE_BYTES_MIN = 3 * 1024 ** 3
/** The tests' processes need memory too. */
const FREE_BYTES_MIN = 6 * 1024 ** 3

/**
 * A new directory for the files of tests, with a short path, since unix sockets lie in it. It lies in memory where there is enough: hundreds
 * of small databases are made and dropped, and on a disk each of them looks for free places among all that were just deleted. No promise is
 * weakened by it: files outlive every killed process there too, and only a machine that loses its power would know the difference.
 */
export const makeScratchDirectory = (): string => {
  const directory = inMemory() ?? mkdtempSync(join(tmpdir(), 'ot-'))
  chmodSync(directory, 0o755) // users that the tests drop to pass through it
  return directory
}

const inMemory = (): string | undefined => {
  let directory: string | undefined
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DIRECTORY)
    if (bavail * bsize < SPACE_BYTES_MIN || freemem() < FREE_BYTES_MIN) return undefined
    directory = mkdtempSync(join(MEMORY_DIRECTORY, 'ot-'))
    // Containers often forbid to run programs there, which some tests do.
    const program = join(directory, 'program')
    writeFileSync(program, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
    if (spawnSync(program).status === 0) return directory
  } catch {
    // no such directory on this system, or none that is ours to write
  }
  if (directory) rmSync(directory, { recursive: true, force: true })
  return undefined
}
