import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EXIT_CODES } from '../../errors.ts'
import { renderBytes } from '../human-units.ts'
import { type CheckFacts, type CheckResult, failure, ok, warning } from './check.ts'

const NAME = 'disk space'
/** A new PostgreSQL cluster and its write-ahead log need some 100 MB. */
const BYTES_MIN = 256 * 1_048_576
const BYTES_WANTED = 2_048 * 1_048_576

export const checkDiskSpace = async ({ dataDirectory }: CheckFacts): Promise<CheckResult> => {
  const { bavail, bsize } = await statfs(nearestExisting(dataDirectory))
  const free = bavail * bsize
  const detail = `${renderBytes(free)} are free`
  const remedy = 'Free some space, or move the data directory to a larger disk and set ORRERY_DATA.'
  if (free < BYTES_MIN) return failure(NAME, { detail, remedy, exitCode: EXIT_CODES.dataUnusable })
  return free < BYTES_WANTED ? warning(NAME, detail, remedy) : ok(NAME, detail)
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)))
