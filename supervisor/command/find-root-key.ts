import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readConfiguration } from '../config.ts'
import { DataDirectoryUnusableError } from '../errors.ts'
import type { CommandContext } from './command.ts'

/** The root key of the Orrery that is configured here, where it comes from, and its data directory. Throws DataDirectoryUnusableError. */
export const findRootKey = ({ workingDirectory, environment }: CommandContext) => {
  const { settings } = readConfiguration(workingDirectory, environment)
  const dataDirectory = resolve(workingDirectory, settings.ORRERY_DATA)
  if (settings.ORRERY_ROOT_KEY) return { rootKey: settings.ORRERY_ROOT_KEY, source: 'ORRERY_ROOT_KEY', dataDirectory }
  const path = join(dataDirectory, 'root-key')
  if (!existsSync(path)) {
    throw new DataDirectoryUnusableError(`There is no root key at ${path}.`, {
      remedy: 'Orrery makes it at its first start; or name another data directory with ORRERY_DATA.',
    })
  }
  return { rootKey: readFileSync(path, 'utf8').trim(), source: path, dataDirectory }
}
