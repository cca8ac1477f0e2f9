/** `npm start` as a process manager or a container runs it: one signal to npm stops everything, in order. */

import { expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '#shared/testing/free-port.ts'
import { waitFor } from '#shared/testing/wait-for.ts'

const root = resolve(import.meta.dir, '../..')

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s to npm start stops the whole tree and ends with 0',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'npm-'))
    const data = join(folder, 'data')
    const port = freePort()
    const npm = Bun.spawn(['npm', 'start'], {
      cwd: root,
      env: { ...process.env, PORT: String(port), ORRERY_SERVICE_PORTS: 'off', ORRERY_DATA: data },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'ignore',
    })
    try {
      const isReady = () =>
        fetch(`http://127.0.0.1:${port}/health/ready`).then(
          (response) => response.ok,
          () => false,
        )
      await waitFor(isReady, { what: 'npm start to be ready', timeoutMs: 45_000 })
      npm.kill(signal)
      expect(await npm.exited).toBe(0)
      expect(existsSync(join(data, 'lock'))).toBe(false)
      expect(existsSync(join(data, 'postgres/cluster/postmaster.pid'))).toBe(false)
      expect(await isReady()).toBe(false)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  120_000,
)
