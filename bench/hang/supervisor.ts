/** The real supervisor, whose workers can be told to spin. */
import { resolve } from 'node:path'
import { startAdminServer } from '../../supervisor/admin/admin-server.ts'
import { createMetricsFold } from '../../supervisor/metrics/metrics-fold.ts'
import { runOrrery } from '../../supervisor/run-orrery.ts'

const stopAsked = new AbortController()
process.on('SIGTERM', () => stopAsked.abort())

const code = await runOrrery({
  version: '0.0.0-bench',
  workingDirectory: process.cwd(),
  environment: process.env,
  entries: {
    worker: resolve(import.meta.dir, 'spinning-worker.ts'),
    gateway: resolve(import.meta.dir, '../../supervisor/gateway/main.ts'),
  },
  fold: createMetricsFold(),
  startAdmin: startAdminServer,
  print: (text) => process.stdout.write(text),
  stopAsked,
  hurry: new AbortController().signal,
})
process.exit(code)
