import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EXIT_CODES } from '../../errors.ts'
import { type CheckFacts, type CheckResult, failure, ok, warning } from './check.ts'

const NAME = 'data directory'
const OTHERS = 0o077

/** Can it be written, and is it closed to others? One that does not exist yet is judged by the directory it would be made in. */
export const checkDataDirectory = ({ dataDirectory }: CheckFacts): CheckResult => {
  const exists = existsSync(dataDirectory)
  const place = exists ? dataDirectory : nearestExisting(dataDirectory)
  if (!statSync(place).isDirectory()) return unusable(`${place} is not a directory.`)
  try {
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return unusable(`${place} cannot be written by this account.`)
  }
  if (!exists) return ok(NAME, `${dataDirectory} does not exist; the first start makes it`)
  return openToOthers(dataDirectory) ?? ok(NAME, dataDirectory)
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)))

const unusable = (detail: string): CheckResult =>
  failure(NAME, {
    detail,
    remedy: 'Make it writable for this user, or choose another one with ORRERY_DATA.',
    exitCode: EXIT_CODES.dataUnusable,
  })

const openToOthers = (dataDirectory: string): CheckResult | undefined => {
  const open = [dataDirectory, join(dataDirectory, 'root-key'), join(dataDirectory, 'instance-key')].filter(
    (path) => existsSync(path) && (statSync(path).mode & OTHERS) !== 0,
  )
  if (open.length === 0) return undefined
  return warning(NAME, `Other accounts may read ${open.join(', ')}.`, `Run: chmod go= ${open.join(' ')}`)
}
