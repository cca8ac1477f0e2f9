import { readFileSync } from 'node:fs'
import { freemem, totalmem } from 'node:os'
import { dirname, join } from 'node:path'

/** Memory that this process and its children may take: of the machine, or of the container around it if that has less. */
export interface MachineMemory {
  totalBytes: number
  /** What can be had without pushing others out; the kernel's estimate, caches that it can drop included. */
  freeBytes: number
}

/** Names of the files of both versions: https://docs.kernel.org/admin-guide/cgroup-v2.html and …/cgroup-v1/memory.html */
const VERSIONS = [
  { line: /^0::(.*)$/m, root: 'sys/fs/cgroup', limit: 'memory.max', usage: 'memory.current', cache: 'inactive_file' },
  {
    line: /^\d+:(?:[\w,]+,)?memory(?:,[\w,]+)?:(.*)$/m,
    root: 'sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    cache: 'total_inactive_file',
  },
] as const

/** @param root the file system's; tests bring their own */
export const readMachineMemory = (root = '/'): MachineMemory => {
  const machine = readMeminfo(root) ?? { totalBytes: totalmem(), freeBytes: freemem() }
  return groupsAbove(root).reduce(
    (tightest, group) => ({
      totalBytes: Math.min(tightest.totalBytes, group.totalBytes),
      freeBytes: Math.min(tightest.freeBytes, group.freeBytes),
    }),
    machine,
  )
}

const KILOBYTE = 1_024

const readMeminfo = (root: string): MachineMemory | undefined => {
  const text = readText(join(root, 'proc/meminfo'))
  const amount = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]) * KILOBYTE
  const [totalBytes, freeBytes] = [amount('MemTotal'), amount('MemAvailable')]
  return Number.isNaN(totalBytes + freeBytes) ? undefined : { totalBytes, freeBytes }
}

/** The limits of our own control group and of all above it; each of them binds. */
const groupsAbove = (root: string): MachineMemory[] => {
  const own = readText(join(root, 'proc/self/cgroup'))
  return VERSIONS.flatMap((version) => {
    const path = version.line.exec(own)?.[1]
    if (path === undefined) return []
    const top = join(root, version.root)
    // Inside a container the path is that of the host, which is not to be seen: its own limits are at the top then.
    return [...pathsUp(path), '/'].flatMap((part) => readGroup(join(top, part), version) ?? [])
  })
}

const pathsUp = (path: string): string[] => (path === '/' || path === '.' ? [] : [path, ...pathsUp(dirname(path))])

const readGroup = (directory: string, version: (typeof VERSIONS)[number]): MachineMemory | undefined => {
  const totalBytes = Number(readText(join(directory, version.limit)) || Number.NaN) // "max" is no number either: no limit
  const usedBytes = Number(readText(join(directory, version.usage)) || Number.NaN)
  if (Number.isNaN(totalBytes + usedBytes)) return undefined
  const stat = readText(join(directory, 'memory.stat'))
  const cacheBytes = Number(new RegExp(`^${version.cache} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0)
  return { totalBytes, freeBytes: Math.max(totalBytes - usedBytes + cacheBytes, 0) }
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
