import { afterEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#shared/logging/logger.ts'
import { stopLeftovers, writeProcessLedger } from './process-ledger.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const scratch = () => {
  const directory = mkdtempSync(join(tmpdir(), 'orrery-ledger-'))
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'processes.json')
}

const spawn = (program: string) => {
  const child = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe' })
  cleanups.push(() => child.kill('SIGKILL'))
  return child
}

const untilPrinted = async (child: ReturnType<typeof spawn>) => (await child.stdout.getReader().read()).value

test('survivors are ended, the stubborn ones too, and their journal workers are named', async () => {
  const path = scratch()
  const meek = spawn('console.log(1); setInterval(() => {}, 1000)')
  const stubborn = spawn('process.on("SIGTERM", () => {}); console.log(1); setInterval(() => {}, 1000)')
  await Promise.all([meek, stubborn].map(untilPrinted))
  writeProcessLedger(path, [
    { id: 'agent/0.1', pid: meek.pid, journalWorkerId: 4 },
    { id: 'workflow/0.1', pid: stubborn.pid, journalWorkerId: 9 },
    { id: 'gateway/0.1', pid: 4_194_399, journalWorkerId: undefined },
  ])
  expect(await stopLeftovers(path, silentLogger)).toEqual([4, 9])
  await Promise.all([meek.exited, stubborn.exited])
  expect([meek.signalCode, stubborn.signalCode]).toEqual(['SIGTERM', 'SIGKILL'])
})

test('a process that only has the pid of an old child is left alone', async () => {
  const path = scratch()
  const stranger = spawn('console.log(1); setInterval(() => {}, 1000)')
  await untilPrinted(stranger)
  writeFileSync(
    path,
    JSON.stringify([{ id: 'agent/0.1', pid: stranger.pid, startTime: 'long ago', journalWorkerId: 2 }]),
  )
  expect(await stopLeftovers(path, silentLogger)).toEqual([2])
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('no ledger, or one that cannot be read, is no survivor', async () => {
  const path = scratch()
  expect(await stopLeftovers(path, silentLogger)).toEqual([])
  writeFileSync(path, '[{"pid":')
  expect(await stopLeftovers(path, silentLogger)).toEqual([])
})
