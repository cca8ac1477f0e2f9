import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'

const root = resolve(import.meta.dirname, '../../..')
const READY_MS_MAX = 60_000
const STOP_MS_MAX = 20_000
const POLL_MS = 50

/** A whole Orrery, started from Node.js as `npm start` does it, with a directory and a port of its own. */
export const startOrreryFromNode = async () => {
  const parent = mkdtempSync(join(tmpdir(), 'on-'))
  chmodSync(parent, 0o755)
  const dataDirectory = join(parent, 'data')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['deploy/scripts/with-bun.mjs', 'supervisor/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      ORRERY_DATA: dataDirectory,
      ORRERY_SERVICE_PORTS: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))

  const stop = async () => {
    child.kill('SIGTERM')
    const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
    await ended
    clearTimeout(tooLong)
    rmSync(parent, { recursive: true, force: true })
  }
  const deadline = Date.now() + READY_MS_MAX
  for (;;) {
    const response = await fetch(`${url}/health/ready`).catch(() => undefined)
    await response?.body?.cancel()
    if (response?.ok) break
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`Orrery did not become ready:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return { url, rootKey: readFileSync(join(dataDirectory, 'root-key'), 'utf8').trim(), stop }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })
