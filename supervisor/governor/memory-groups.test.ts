import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemoryGroups } from './memory-groups.ts'

const roots: string[] = []
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true })
})

/** A directory laid out as the kernel lays out control groups. What the kernel does with what is written, it cannot show. */
const makeRoot = (own: string, controllers: string): { root: string; group: string } => {
  const root = mkdtempSync(join(tmpdir(), 'orrery-groups-'))
  roots.push(root)
  const group = join(root, 'sys/fs/cgroup/system.slice/orrery.service')
  mkdirSync(join(root, 'proc/self'), { recursive: true })
  mkdirSync(group, { recursive: true })
  writeFileSync(join(root, 'proc/self/cgroup'), own)
  writeFileSync(join(group, 'cgroup.controllers'), controllers)
  return { root, group }
}
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
const OWN = '0::/system.slice/orrery.service\n'

test('where memory is not ours to divide there are no groups, and nothing is touched', () => {
  const { root, group } = makeRoot(OWN, 'cpu pids')
  expect(openMemoryGroups(root)).toBeUndefined()
  expect(existsSync(join(group, 'supervisor'))).toBe(false)
  const versionOne = makeRoot('4:memory:/system.slice/orrery.service\n', 'memory')
  expect(openMemoryGroups(versionOne.root)).toBeUndefined()
})

test('the supervisor leaves the group before it divides it, or the kernel would refuse', () => {
  const { root, group } = makeRoot(OWN, 'cpu memory pids')
  expect(openMemoryGroups(root)).toBeDefined()
  expect(read(group, 'supervisor/cgroup.procs')).toBe(String(process.pid))
  expect(read(group, 'cgroup.subtree_control')).toBe('+memory')
})

test('a supervisor that finds itself in its leaf divides the group above, not the leaf again', () => {
  const { root, group } = makeRoot('0::/system.slice/orrery.service/supervisor\n', 'memory')
  expect(openMemoryGroups(root)).toBeDefined()
  expect(existsSync(join(group, 'supervisor/supervisor'))).toBe(false)
})

test('a worker is put under its limit before it is put into its group, and no id leads outside', () => {
  const { root, group } = makeRoot(OWN, 'memory')
  const groups = openMemoryGroups(root)
  expect(groups?.confine(4_711, 'agent/0.3', 256)).toBe(true)
  expect(read(group, 'worker-agent_0.3/memory.max')).toBe(String(256 * 1_048_576))
  expect(read(group, 'worker-agent_0.3/cgroup.procs')).toBe('4711')
  expect(groups?.confine(4_712, '../../escape', 256)).toBe(true)
  expect(existsSync(join(group, 'worker-.._.._escape'))).toBe(true)
})

test('it is known whether the kernel killed a worker for its memory', () => {
  const { root, group } = makeRoot(OWN, 'memory')
  const groups = openMemoryGroups(root)
  groups?.confine(4_711, 'agent/0.3', 256)
  expect(groups?.wasKilled('agent/0.3')).toBe(false)
  writeFileSync(join(group, 'worker-agent_0.3/memory.events'), 'low 0\nhigh 0\nmax 12\noom 1\noom_kill 0\n')
  expect(groups?.wasKilled('agent/0.3')).toBe(false)
  writeFileSync(join(group, 'worker-agent_0.3/memory.events'), 'low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\n')
  expect(groups?.wasKilled('agent/0.3')).toBe(true)
})

const real = process.platform === 'linux' ? openRealGroups() : undefined

/** Only in a group that was delegated to us; elsewhere the kernel refuses the first write, which changes nothing. */
function openRealGroups() {
  const own = /^0::(\/.+)$/m.exec(existsSync('/proc/self/cgroup') ? readFileSync('/proc/self/cgroup', 'utf8') : '')
  return own ? openMemoryGroups() : undefined
}

test.if(real !== undefined)('the kernel kills a real process that takes more than its group may', async () => {
  const child = Bun.spawn(
    [process.execPath, '-e', 'process.stdin.once("data", () => { globalThis.x = Buffer.alloc(1e9, 1) })'],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  expect(real?.confine(child.pid, 'test/0.1', 128)).toBe(true)
  child.stdin.write('go\n')
  child.stdin.flush()
  await child.exited
  expect(child.signalCode).toBe('SIGKILL')
  expect(real?.wasKilled('test/0.1')).toBe(true)
  real?.release('test/0.1')
  expect(real?.wasKilled('test/0.1')).toBe(false) // its group is gone
})
