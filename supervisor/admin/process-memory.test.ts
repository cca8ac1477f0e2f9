import { expect, test } from 'bun:test'
import { measureMemory, withDescendants } from './process-memory.ts'

const entry = (pid: number, parentPid: number) => ({ pid, parentPid, rssBytes: 0 })

test('descendants of all roots are found once each, and nobody else', () => {
  const processes = [entry(1, 0), entry(2, 1), entry(3, 2), entry(4, 3), entry(5, 1), entry(6, 5)]
  expect([...withDescendants([2, 3, 9], processes)].sort()).toEqual([2, 3, 4, 9])
})

test('the memory of this process and a child is more than that of the child alone', async () => {
  const child = Bun.spawn([process.execPath, '-e', 'setInterval(() => {}, 1000); console.log("up")'], {
    stdout: 'pipe',
  })
  try {
    await child.stdout.getReader().read()
    const alone = await measureMemory([child.pid])
    expect(alone).toBeGreaterThan(1_000_000)
    expect(await measureMemory([process.pid])).toBeGreaterThan(alone)
  } finally {
    child.kill('SIGKILL')
    await child.exited
  }
})

test('a process that does not exist weighs nothing', async () => {
  expect(await measureMemory([2 ** 30])).toBe(0)
})
