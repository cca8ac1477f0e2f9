import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Death } from './supervision.ts'

/** Where deaths are written down, as JSON lines. */
export const deathsPath = (dataDirectory: string): string => join(dataDirectory, 'logs', 'deaths.jsonl')

/** The last `max` deaths on record, oldest first. A line that was cut by a crash is left out; no file means no deaths. */
export const readDeaths = (path: string, max: number): Death[] => {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8').split('\n').flatMap(parseDeath).slice(-max)
}

const parseDeath = (line: string): Death[] => {
  try {
    const death = JSON.parse(line) as Death
    return typeof death.time === 'string' && typeof death.pool === 'string' ? [death] : []
  } catch {
    return []
  }
}
