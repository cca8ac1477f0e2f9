import { expect, test } from 'bun:test'
import { classifyHang, mayWakeUp } from './hang-policy.ts'
import type { ProcessActivity } from './process-activity.ts'

const look = (state: string, mainCpuMs = 0): ProcessActivity => ({ state, mainCpuMs, cpuMs: mainCpuMs, rssBytes: 1 })

test('a main thread whose CPU time rises is a busy loop, also one that gets a tenth of a crowded machine', () => {
  expect(classifyHang(look('R', 1_000), look('R', 1_490), 500)).toBe('busy')
  expect(classifyHang(look('S', 1_000), look('S', 1_050), 500)).toBe('busy')
  expect(classifyHang(look('R', 1_000), look('R', 1_000), 500)).toBe('busy')
})

test('a stopped process is told from one that sleeps, whatever it did before', () => {
  expect(classifyHang(look('R', 1_000), look('T', 1_400), 500)).toBe('stopped')
  expect(classifyHang(look('S'), look('t'), 500)).toBe('stopped')
  expect(classifyHang(look('S', 1_000), look('S', 1_010), 500)).toBe('asleep')
})

test('one moment in the disk queue is no hang on a disk, two looks are', () => {
  expect(classifyHang(look('D'), look('D'), 500)).toBe('disk')
  expect(classifyHang(look('S'), look('D'), 500)).toBe('asleep')
})

test('nothing is claimed about a process that the kernel does not show', () => {
  expect(classifyHang(undefined, look('R'), 500)).toBe('unknown')
  expect(classifyHang(look('R'), undefined, 500)).toBe('unknown')
})

test('only a stopped process is not worth asking', () => {
  expect((['busy', 'disk', 'asleep', 'unknown'] as const).map(mayWakeUp)).toEqual([true, true, true, true])
  expect(mayWakeUp('stopped')).toBe(false)
})
