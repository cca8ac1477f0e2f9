import { existsSync, readFileSync } from 'node:fs'
import { writeFileAtomically } from './atomic-file.ts'

/** Reads a key, or makes it and stores it with mode 0600. `created` tells whether this call made it. */
export const ensureKeyFile = (path: string, make: () => string): { key: string; created: boolean } => {
  if (existsSync(path)) return { key: readFileSync(path, 'utf8').trim(), created: false }
  const key = make()
  writeFileAtomically(path, `${key}\n`, { durable: true })
  return { key, created: true }
}
