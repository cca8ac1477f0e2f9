import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isIPv4 } from 'node:net'

export interface PortHolder {
  pid: number
  command: string
}

/**
 * The process that listens on a TCP port of this machine, on an IPv4 address or on all where one is given, through /proc, or through lsof where there is none. Undefined when it cannot be
 * found: it may belong to another user, or to another network namespace.
 */
export const findPortHolder = (port: number, address?: string): PortHolder | undefined => {
  try {
    return findInProc(port, address)
  } catch {
    return findByLsof(port)
  }
}

/** `held by process 4711 (nginx)`, or that it is unknown. */
export const describeHolder = (holder: PortHolder | undefined): string =>
  holder ? `held by process ${holder.pid} (${holder.command})` : 'held by a process of another user or container'

/** Why a port could not be listened on: who holds it, or what the system said. `address` as for `findPortHolder`. */
export const whyUnavailable = (error: unknown, port: number, address?: string): string => {
  const { code } = error as { code?: string }
  return code === 'EADDRINUSE' ? describeHolder(findPortHolder(port, address)) : `not available (${code ?? 'unknown'})`
}

/** A well-known port that could not be had, which stops nothing. */
export const warnOfServicePort = (service: string, port: number, error: unknown): string =>
  `port ${port} (${service}) is ${whyUnavailable(error, port)}; clients reach ${service} through the main port only`

/** The main port that could not be had, and whether it is taken; otherwise the address cannot be listened on at all. */
export const describeMainPort = (
  { HOST, PORT }: { HOST: string; PORT: number },
  error: unknown,
  address?: string,
): { message: string; taken: boolean } => {
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'EADDRINUSE') {
    return { message: `Port ${PORT} of ${HOST} is ${whyUnavailable(error, PORT, address)}.`, taken: true }
  }
  const why = code === 'EACCES' ? 'this account may not use it' : String(message)
  return { message: `Cannot listen on port ${PORT} of ${HOST}: ${why}. Change HOST or PORT.`, taken: false }
}

/** Columns of /proc/net/tcp: local address:port in hex, state (0A is LISTEN), inode. */
const findInProc = (port: number, address?: string): PortHolder | undefined => {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(readTable(table), port, address)))
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

export const listeningInodes = (table: string, port: number, address?: string): string[] => {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const isOne = address !== undefined && isIPv4(address) && address !== '0.0.0.0'
  const own = isOne ? inTable(address) : undefined
  const isThere = (place = ''): boolean => {
    const [where = '', at] = place.split(':')
    return at === wanted && (own === undefined || EVERY_ADDRESS.test(where) || where.endsWith(own))
  }
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => isThere(columns[1]) && columns[3] === '0A')
    .map((columns) => columns[9] ?? '')
}

const EVERY_ADDRESS = /^0+$/

/** The kernel writes the four bytes in the order of this machine, lowest first; a mapped IPv6 address ends with the same. */
const inTable = (address: string): string =>
  address
    .split('.')
    .toReversed()
    .map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0'))
    .join('')

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
