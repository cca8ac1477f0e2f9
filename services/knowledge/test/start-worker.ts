import { expect } from 'bun:test'
import { resolve } from 'node:path'

/** Starts a process that does nothing but work of one kind, and waits until it claims. */
export const startWorker = async (
  kind: 'ingesting' | 'evaluating',
  { databaseUrl, dataDirectory }: { databaseUrl: string; dataDirectory: string },
) => {
  const fixture = resolve(import.meta.dir, `fixtures/${kind}-worker.ts`)
  const child = Bun.spawn([process.execPath, fixture, databaseUrl, dataDirectory], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  })
  const { value } = await child.stdout.getReader().read()
  const workerId = Number(new TextDecoder().decode(value))
  expect(workerId).toBeGreaterThan(0)
  const kill = async () => {
    child.kill('SIGKILL')
    await child.exited
  }
  return { workerId, kill, [Symbol.asyncDispose]: kill }
}
