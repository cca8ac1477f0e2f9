/** Process zero: starts the database, the workers and the gateway, keeps them alive, stops them in order. Carries no user traffic. */
import { resolve } from 'node:path'
import packageJson from '../package.json'
import { startAdminServer } from './admin/admin-server.ts'
import { describeStartFailure } from './describe-start-failure.ts'
import { handleHangUps, surviveLostOutput } from './hang-up.ts'
import { createMetricsFold } from './metrics/metrics-fold.ts'
import { runOrrery } from './run-orrery.ts'

const stopAsked = new AbortController()
const hurry = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => (stopAsked.signal.aborted ? hurry : stopAsked).abort())
}
surviveLostOutput()
const hangUps = handleHangUps({ stop: () => stopAsked.abort() })

try {
  const code = await runOrrery({
    version: packageJson.version,
    workingDirectory: process.cwd(),
    environment: process.env,
    entries: {
      worker: resolve(import.meta.dir, '../services/main.ts'),
      gateway: resolve(import.meta.dir, 'gateway/main.ts'),
    },
    root: resolve(import.meta.dir, '..'),
    fold: createMetricsFold(),
    startAdmin: startAdminServer,
    print: (text) => process.stdout.write(text),
    onReloadAsked: hangUps.onReloadAsked,
    stopAsked,
    hurry: hurry.signal,
  })
  process.exit(code)
} catch (error) {
  const { text, exitCode } = describeStartFailure(error)
  process.stderr.write(text)
  process.exit(exitCode)
}
