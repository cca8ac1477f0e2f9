import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/**
 * Where bundles are kept: with the packages of the program, whose fate they share, so that every data directory finds them; or in the data
 * directory where the program's own cannot be written.
 */
export const bundlePlace = (root: string, dataDirectory: string): string => {
  const packages = join(root, 'node_modules')
  try {
    accessSync(packages, constants.W_OK)
    return join(packages, '.cache/orrery', Bun.hash(root).toString(36)) // checkouts may share their packages
  } catch {
    return join(dataDirectory, 'cache')
  }
}
