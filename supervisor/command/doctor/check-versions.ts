import packageJson from '../../../package.json'
import { type CheckResult, ok, warning } from './check.ts'

/** The program, the runtime it is tested with, and the platform. */
export const checkVersions = (): CheckResult => {
  const pinned = packageJson.dependencies.bun
  const found = `Orrery ${packageJson.version}, Bun ${Bun.version}, ${process.platform} ${process.arch}`
  return Bun.version === pinned
    ? ok('versions', found)
    : warning('versions', `${found}; it is tested with Bun ${pinned}`, 'Start it with npm, which uses the pinned Bun.')
}
