import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Settings } from '#shared/config/settings.ts'
import { lockDirectory } from '#shared/lifecycle/directory-lock.ts'
import { ensureKeyFile } from '#shared/lifecycle/key-file.ts'
import { ensureRuntimeDirectory } from '#shared/lifecycle/runtime-directory.ts'
import { DataDirectoryTakenError, DataDirectoryUnusableError } from './errors.ts'

/** The data directory, ours alone until `release`. */
export interface DataDirectory {
  /** Absolute, without symbolic links. */
  path: string
  logs: string
  runtime: string
  rootKey: string
  /** The root key was made by this start, so it is shown, once. */
  rootKeyIsNew: boolean
  instanceKey: string
  release(): void
}

const KEY_BYTES = 32

/**
 * Creates what is missing, closes it to others, locks it, and reads or makes its keys.
 * Throws DataDirectoryUnusableError and DataDirectoryTakenError.
 */
export const openDataDirectory = (settings: Settings): DataDirectory => {
  const wanted = resolve(settings.ORRERY_DATA)
  const path = explain(wanted, () => prepare(wanted))
  const lock = explain(path, () => lockDirectory(path))
  if (!lock.held) {
    throw new DataDirectoryTakenError(`The data directory ${path} is in use by the process ${lock.holder.pid}.`, {
      remedy: `Stop that process (kill ${lock.holder.pid}), or choose another directory with ORRERY_DATA and another PORT.`,
      details: { pid: lock.holder.pid },
    })
  }
  return explain(path, () => {
    const root = settings.ORRERY_ROOT_KEY
      ? { key: settings.ORRERY_ROOT_KEY, created: false }
      : ensureKeyFile(join(path, 'root-key'), () => `orrery_${randomBytes(KEY_BYTES).toString('base64url')}`)
    const instanceKey =
      settings.ORRERY_INSTANCE_KEY ??
      ensureKeyFile(join(path, 'instance-key'), () => randomBytes(KEY_BYTES).toString('hex')).key
    const logs = join(path, 'logs')
    mkdirSync(logs, { recursive: true, mode: 0o700 })
    const runtime = ensureRuntimeDirectory(path)
    const release = () => {
      if (!runtime.startsWith(path)) rmSync(runtime, { recursive: true, force: true }) // nobody else clears /tmp
      lock.release()
    }
    return { path, logs, runtime, rootKey: root.key, rootKeyIsNew: root.created, instanceKey, release }
  })
}

/** Removes the sockets of processes that are gone. */
export const removeDeadSockets = (runtime: string, living: ReadonlySet<string>): void => {
  for (const name of readdirSync(runtime)) {
    const path = join(runtime, name)
    if (name.endsWith('.sock') && !living.has(path)) rmSync(path, { force: true })
  }
}

const prepare = (path: string): string => {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  chmodSync(path, 0o700)
  const probe = join(path, `.write-probe.${process.pid}`)
  writeFileSync(probe, '')
  rmSync(probe)
  return realpathSync(path)
}

const explain = <Value>(path: string, use: () => Value): Value => {
  try {
    return use()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new DataDirectoryUnusableError(`The data directory ${path} cannot be used: ${code ?? ''} ${message}.`, {
      remedy: 'Make it writable for this user, or choose another one with ORRERY_DATA.',
      cause: error,
    })
  }
}
