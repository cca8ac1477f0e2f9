import { afterEach, expect, test } from 'bun:test'
import { waitFor } from '#shared/testing/wait-for.ts'
import { classifyHang, type HangKind } from './hang-policy.ts'
import { readProcessActivity } from './process-activity.ts'

const children: Bun.Subprocess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL')
    await child.exited
  }
})

const run = (program: string): number => {
  const child = Bun.spawn([process.execPath, '-e', program], { stdio: ['ignore', 'ignore', 'ignore'] })
  children.push(child)
  return child.pid
}

/** Two looks at a process, as the watch takes them. */
const classify = async (pid: number): Promise<HangKind> => {
  const earlier = readProcessActivity(pid)
  const at = performance.now()
  await Bun.sleep(100)
  return classifyHang(earlier, readProcessActivity(pid), performance.now() - at)
}

test.if(process.platform === 'linux')('real processes that compute, sleep and are stopped are told apart', async () => {
  const [busy, asleep, stopped] = [run('for (;;) ;'), run('for (;;) Bun.sleepSync(60_000)'), run('for (;;) ;')]
  process.kill(stopped, 'SIGSTOP')
  for (const [pid, kind] of [
    [busy, 'busy'],
    [asleep, 'asleep'],
    [stopped, 'stopped'],
  ] as const) {
    await waitFor(async () => (await classify(pid)) === kind, { what: `${pid} to look ${kind}` })
  }
  const seen = readProcessActivity(busy)
  expect(seen?.cpuMs).toBeGreaterThan(0)
  expect(seen?.rssBytes).toBeGreaterThan(1_000_000)
})

test('a process that is gone has no activity', async () => {
  const child = Bun.spawn([process.execPath, '-e', ''])
  await child.exited
  expect(readProcessActivity(child.pid)).toBeUndefined()
})
