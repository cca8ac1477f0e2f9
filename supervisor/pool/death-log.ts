import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs'
import type { Logger } from '#shared/logging/logger.ts'
import { readDeaths } from './read-deaths.ts'
import type { Death } from './supervision.ts'

export const DEATHS_KEPT_MAX = 100
const FILE_BYTES_MAX = 4 * 1024 * 1024

export interface DeathLog {
  record(death: Death): void
  /** Oldest first; those of earlier supervisors of this data directory too. */
  recent(): Death[]
}

/** Deaths of processes: the last ones in memory, all of them as JSON lines in a file that outlives the supervisor. */
export const createDeathLog = (path: string, logger: Logger): DeathLog => {
  let deaths = readDeaths(path, DEATHS_KEPT_MAX)
  return {
    record(death) {
      deaths = [...deaths, death].slice(-DEATHS_KEPT_MAX)
      try {
        if (existsSync(path) && statSync(path).size > FILE_BYTES_MAX) renameSync(path, `${path}.1`)
        appendFileSync(path, `${JSON.stringify(death)}\n`, { mode: 0o600 })
      } catch (error) {
        logger.warn({ err: error }, 'a death could not be written down')
      }
    },
    recent: () => deaths,
  }
}
