import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the code is kept by which the first administrator is made, while there is none. */
export const setupCodePath = (dataDirectory: string): string => join(dataDirectory, 'setup-code')

/** The code; undefined when there is none, since there is an administrator. */
export const readSetupCode = (dataDirectory: string): string | undefined => {
  const path = setupCodePath(dataDirectory)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}
