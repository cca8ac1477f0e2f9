import { dirname, resolve } from 'node:path'
import type { BunPlugin } from 'bun'

const RELATIVE = /^\.\.?\//

/** Modules of our own that a bundle only names: whoever loads one of them gets its source. @param paths absolute */
export const leaveOutPlugin = (paths: readonly string[]): BunPlugin => ({
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: RELATIVE }, ({ path, importer }) => {
      const source = resolve(dirname(importer), path)
      return paths.includes(source) ? { path: source, external: true } : undefined
    })
  },
})
