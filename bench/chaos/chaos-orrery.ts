import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { cleanUp, type FixtureOrrery, makeDataDirectory, startFixture } from '../../supervisor/test/fixture-orrery.ts'

import { APPENDED_FILE } from './appended-file.ts'

export interface ChaosOrrery {
  orrery: FixtureOrrery
  rootKey: string
  /** Ids of the POSTs that workers took, in order. */
  appended(): string[]
  /** The next supervisor on the same directory and port. */
  succeed(): Promise<FixtureOrrery>
}

/** A supervisor with a gateway and a pool of chaos workers. `cleanUp` of the fixture ends it. */
export const startChaosOrrery = async ({ workers }: { workers: number }): Promise<ChaosOrrery> => {
  const dataDirectory = makeDataDirectory()
  mkdirSync(dirname(dataDirectory), { recursive: true })
  writeFileSync(
    join(dirname(dataDirectory), 'orrery.toml'),
    `[pools.all]\nservices = ["agent", "workflow", "knowledge", "tenant", "link", "console"]\nmin = ${workers}\nmax = ${workers}\n`,
  )
  const worker = resolve(import.meta.dir, 'fixtures/chaos-worker.ts')
  const env = { LOG_LEVEL: 'warn' }
  const orrery = await startFixture({ dataDirectory, worker, env })
  return {
    orrery,
    rootKey: readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim(),
    appended: () => readFileSync(join(dataDirectory, APPENDED_FILE), 'utf8').split('\n').filter(Boolean),
    succeed: () => startFixture({ dataDirectory, worker, env, port: orrery.port }),
  }
}

export { cleanUp }
