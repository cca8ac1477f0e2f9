import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BYTES_PER_MB } from './limits-policy.ts'

/**
 * Control groups of version 2, one a worker, in which the kernel itself holds the hard limit: it kills the worker at the very page that is too
 * much, where a sampler would come a second late. Needs a group of our own that we may divide, such as systemd's `Delegate=yes` gives.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, sections "Delegation" and "No Internal Process Constraint".
 */
export interface MemoryGroups {
  /** Puts a process, and what it will start, under a limit. False when the kernel refuses: the sampler has to do then. */
  confine(pid: number, name: string, limitMb: number): boolean
  /** True when the kernel killed something in that group for its memory. */
  wasKilled(name: string): boolean
  /** Removes the group of a process that is gone. */
  release(name: string): void
}

/** Where the supervisor itself goes: a group that is divided may hold no process of its own. */
const OWN_LEAF = 'supervisor'
const WORKER_PREFIX = 'worker-'

/** Undefined where there is no such group. @param root the file system's; tests bring their own */
export const openMemoryGroups = (root = '/'): MemoryGroups | undefined => {
  const top = ownGroup(root)
  if (top === undefined || !divide(top)) return undefined
  removeEmpty(top)
  const pathOf = (name: string) => join(top, WORKER_PREFIX + name.replaceAll(/[^\w.-]/g, '_'))

  return {
    confine(pid, name, limitMb) {
      const path = pathOf(name)
      try {
        mkdirSync(path, { recursive: true })
        writeFileSync(join(path, 'memory.max'), String(limitMb * BYTES_PER_MB))
        writeFileSync(join(path, 'cgroup.procs'), String(pid))
        return true
      } catch {
        return false
      }
    },
    wasKilled: (name) => /^oom_kill [1-9]/m.test(readText(join(pathOf(name), 'memory.events'))),
    release(name) {
      remove(pathOf(name))
    },
  }
}

/** Our own group, when it is one of version 2 that has memory to divide. */
const ownGroup = (root: string): string | undefined => {
  const path = /^0::(.*)$/m.exec(readText(join(root, 'proc/self/cgroup')))?.[1]
  if (path === undefined) return undefined
  // A supervisor that was started from inside its own leaf belongs to the group above it.
  const whole = path.endsWith(`/${OWN_LEAF}`) ? path.slice(0, -OWN_LEAF.length - 1) : path
  const top = join(root, 'sys/fs/cgroup', whole)
  return readText(join(top, 'cgroup.controllers')).split(' ').includes('memory') ? top : undefined
}

/**
 * Moves us, and whoever else is in our group (npm, a shell, the database), into a leaf and hands memory down to the groups beside it. Each write
 * fails where the group is not ours.
 */
const divide = (top: string): boolean => {
  try {
    const leaf = join(top, OWN_LEAF)
    mkdirSync(leaf, { recursive: true })
    const others = readText(join(top, 'cgroup.procs')).split('\n').filter(Boolean)
    for (const pid of [String(process.pid), ...others]) writeFileSync(join(leaf, 'cgroup.procs'), pid)
    writeFileSync(join(top, 'cgroup.subtree_control'), '+memory')
    return true
  } catch {
    return false
  }
}

/** What earlier supervisors left; a group that still has a process cannot be removed, and stays. */
const removeEmpty = (top: string): void => {
  for (const name of readdirSync(top)) if (name.startsWith(WORKER_PREFIX)) remove(join(top, name))
}

const remove = (path: string): void => {
  try {
    rmdirSync(path)
  } catch {
    // Not empty, or gone.
  }
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}
