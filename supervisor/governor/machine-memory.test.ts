import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readMachineMemory } from './machine-memory.ts'

const roots: string[] = []
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true })
})

const makeRoot = (files: Record<string, string>): string => {
  const root = mkdtempSync(join(tmpdir(), 'orrery-root-'))
  roots.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}
const MEMINFO = 'MemTotal:        8000 kB\nMemFree:         1000 kB\nMemAvailable:    6000 kB\n'
const KB = 1_024

test('without a control group the machine is what there is', () => {
  expect(readMachineMemory(makeRoot({ 'proc/meminfo': MEMINFO }))).toEqual({
    totalBytes: 8_000 * KB,
    freeBytes: 6_000 * KB,
  })
})

test('the limit of a container binds, and what it caches counts as free', () => {
  const group = { 'memory.max': `${4_000 * KB}`, 'memory.current': `${3_500 * KB}` }
  const files = Object.fromEntries(Object.entries(group).map(([name, text]) => [`sys/fs/cgroup/${name}`, text]))
  const stat = { 'sys/fs/cgroup/memory.stat': `anon 1\ninactive_file ${1_000 * KB}\n` }
  const own = { 'proc/meminfo': MEMINFO, 'proc/self/cgroup': '0::/\n' }
  expect(readMachineMemory(makeRoot({ ...own, ...files, ...stat }))).toEqual({
    totalBytes: 4_000 * KB,
    freeBytes: 1_500 * KB,
  })
})

test('the tightest group on the way up binds, whichever version it is of', () => {
  const v1 = {
    'proc/self/cgroup': '4:memory:/a/b\n0::/\n',
    'sys/fs/cgroup/memory/a/memory.limit_in_bytes': `${2_000 * KB}`,
    'sys/fs/cgroup/memory/a/memory.usage_in_bytes': `${500 * KB}`,
    'sys/fs/cgroup/memory/a/b/memory.limit_in_bytes': '9223372036854771712',
    'sys/fs/cgroup/memory/a/b/memory.usage_in_bytes': '0',
  }
  expect(readMachineMemory(makeRoot({ 'proc/meminfo': MEMINFO, ...v1 }))).toEqual({
    totalBytes: 2_000 * KB,
    freeBytes: 1_500 * KB,
  })
  const unlimited = {
    'proc/self/cgroup': '0::/x\n',
    'sys/fs/cgroup/x/memory.max': 'max',
    'sys/fs/cgroup/x/memory.current': '1',
  }
  expect(readMachineMemory(makeRoot({ 'proc/meminfo': MEMINFO, ...unlimited })).totalBytes).toBe(8_000 * KB)
})

test('this machine has memory, and not all of it is free', () => {
  const { totalBytes, freeBytes } = readMachineMemory()
  expect(totalBytes).toBeGreaterThan(100_000_000)
  expect(freeBytes).toBeGreaterThan(0)
  expect(freeBytes).toBeLessThan(totalBytes)
})
