import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface PortHolder {
  pid: number
  command: string
}

/**
 * The process that listens on a TCP port of this machine, through /proc, or through lsof where there is none. Undefined when it cannot be
 * found: it may belong to another user, or to another network namespace.
 */
export const findPortHolder = (port: number): PortHolder | undefined => {
  try {
    return findInProc(port)
  } catch {
    return findByLsof(port)
  }
}

/** `held by process 4711 (nginx)`, or that it is unknown. */
export const describeHolder = (holder: PortHolder | undefined): string =>
  holder ? `held by process ${holder.pid} (${holder.command})` : 'held by a process of another user or container'

/** Columns of /proc/net/tcp: local address:port in hex, state (0A is LISTEN), inode. */
const findInProc = (port: number): PortHolder | undefined => {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(readTable(table), port)))
  if (inodes.size === 0) return undefined
  for (const entry of readdirSync('/proc')) {
    if (/^\d+$/.test(entry) && holdsOne(entry, inodes)) return { pid: Number(entry), command: commandOf(entry) }
  }
  return undefined
}

const readTable = (table: string): string => {
  if (table === 'tcp') return readFileSync('/proc/net/tcp', 'utf8')
  try {
    return readFileSync(`/proc/net/${table}`, 'utf8')
  } catch {
    return '' // a kernel without IPv6
  }
}

export const listeningInodes = (table: string, port: number): string[] => {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(`:${wanted}`) && columns[3] === '0A')
    .map((columns) => columns[9] ?? '')
}

const holdsOne = (pid: string, inodes: ReadonlySet<string>): boolean => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => holds(`/proc/${pid}/fd/${descriptor}`, inodes))
  } catch {
    return false // gone meanwhile, or not ours to look at
  }
}

const holds = (path: string, inodes: ReadonlySet<string>): boolean => {
  try {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1]
    return inode !== undefined && inodes.has(inode)
  } catch {
    return false
  }
}

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

const findByLsof = (port: number): PortHolder | undefined => {
  try {
    const { stdout } = Bun.spawnSync(['lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
    const text = stdout.toString()
    const pid = /^p(\d+)$/m.exec(text)?.[1]
    return pid ? { pid: Number(pid), command: /^c(.+)$/m.exec(text)?.[1] ?? 'unknown' } : undefined
  } catch {
    return undefined
  }
}
