import { afterEach, expect, test } from 'bun:test'
import { processStartTime } from '#shared/lifecycle/process-identity.ts'
import { stopProcesses } from './stop-processes.ts'

const children: Bun.Subprocess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const spawn = async (program: string) => {
  const child = Bun.spawn([process.execPath, '-e', `${program}; console.log(1); setInterval(() => {}, 1000)`], {
    stdout: 'pipe',
  })
  children.push(child)
  await child.stdout.getReader().read()
  return { child, identity: { pid: child.pid, startTime: processStartTime(child.pid) ?? '' } }
}

test('the meek end by SIGTERM, the stubborn by SIGKILL', async () => {
  const meek = await spawn('')
  const stubborn = await spawn('process.on("SIGTERM", () => {})')
  await stopProcesses([meek.identity, stubborn.identity])
  await Promise.all([meek.child.exited, stubborn.child.exited])
  expect([meek.child.signalCode, stubborn.child.signalCode]).toEqual(['SIGTERM', 'SIGKILL'])
})

test('a process that only has the pid is left alone', async () => {
  const stranger = await spawn('')
  await stopProcesses([{ pid: stranger.child.pid, startTime: 'long ago' }])
  expect(stranger.child.exitCode ?? stranger.child.signalCode).toBeNull()
})
