import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts'

export type DirectoryLock = { held: true; release(): void } | { held: false; holder: ProcessIdentity }

const LOCK_NAME = 'lock'
/** Each round either wins, meets a living holder, or removes a dead one; more rounds than this mean somebody keeps making locks. */
const ROUNDS_MAX = 20

/**
 * Makes this process the only owner of a directory. `link()` is atomic and fails when the name exists, so of two starters one wins.
 * The lock of a dead holder is moved aside and checked again, since a third starter may have replaced it meanwhile.
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  const path = join(directory, LOCK_NAME)
  const own = ownIdentity()
  const draft = join(directory, `.${LOCK_NAME}.${own.pid}`)
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 })
  try {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if (tryLink(draft, path)) return { held: true, release: () => releaseLock(path, own) }
      const holder = readLock(path)
      if (holder && isAlive(holder)) return { held: false, holder }
      removeDeadLock(path, own.pid)
    }
    throw new Error(`${path} is replaced again and again by other processes.`)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Who holds the directory, dead or alive. Undefined when nobody does. */
export const readDirectoryLock = (directory: string): ProcessIdentity | undefined =>
  readLock(join(directory, LOCK_NAME))

const tryLink = (draft: string, path: string): boolean => {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const readLock = (path: string): ProcessIdentity | undefined => {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity>
    return Number.isInteger(value.pid) && typeof value.startTime === 'string' ? (value as ProcessIdentity) : undefined
  } catch {
    return undefined // gone, or not a lock that we wrote
  }
}

const removeDeadLock = (path: string, ownPid: number): void => {
  const aside = `${path}.dead.${ownPid}`
  try {
    renameSync(path, aside)
  } catch {
    return // somebody else removed it
  }
  const moved = readLock(aside)
  if (moved && isAlive(moved)) tryLink(aside, path) // it was replaced by a living one between our look and our move: give it back
  rmSync(aside, { force: true })
}

const releaseLock = (path: string, own: ProcessIdentity): void => {
  const holder = readLock(path)
  if (holder?.pid === own.pid && holder.startTime === own.startTime) rmSync(path, { force: true })
}
