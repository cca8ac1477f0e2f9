import { ptr } from 'bun:ffi'
import { isIPv6 } from 'node:net'
import { libc } from './libc.ts'
import { checkCall } from './system-error.ts'

/** Values of Linux, alike on every processor that Bun runs on. */
const AF = { unix: 1, inet: 2, inet6: 10 }
const SOCK = { stream: 1, nonblock: 0o4000, cloexec: 0o2000000 }
const SOL_SOCKET = 1
const SO = { reuseAddress: 2, reusePort: 15, acceptsConnections: 30 }
const IPPROTO_IPV6 = 41
const IPV6_ONLY = 26
/** Connections that wait until somebody accepts them; the kernel has its own bound below it. */
const BACKLOG = 4_096
const SUN_PATH_BYTES = 108

/** Where a socket listens: an address in numbers, or a path. */
export type SocketPlace = { address: string; port: number } | { path: string }

/**
 * Opens a socket that listens, which nobody accepts from yet; connections wait in it. Not inherited unless it is handed over.
 * `shared`: another socket of this account may listen on the same port. Throws SystemCallError, with `EADDRINUSE` when the place is taken.
 */
export const openListeningSocket = (place: SocketPlace, { shared }: { shared: boolean }): number => {
  if (!libc) throw new Error('Listening sockets cannot be handed over on this system.')
  const address = 'path' in place ? unixAddress(place.path) : internetAddress(place.address, place.port)
  const fd = checkCall('socket', libc.socket(address.family, SOCK.stream | SOCK.nonblock | SOCK.cloexec, 0))
  try {
    setOption(fd, SOL_SOCKET, SO.reuseAddress)
    if (shared) setOption(fd, SOL_SOCKET, SO.reusePort)
    if (address.family === AF.inet6) setOption(fd, IPPROTO_IPV6, IPV6_ONLY, 0)
    checkCall('bind', libc.bind(fd, ptr(address.bytes), address.bytes.length))
    checkCall('listen', libc.listen(fd, BACKLOG))
    return fd
  } catch (error) {
    closeSocket(fd)
    throw error
  }
}

export const closeSocket = (fd: number): void => void libc?.close(fd)

/** Where a descriptor listens: its port and the bytes of its address in hexadecimal digits, or its path. */
export type ListeningPlace = { port: number; addressBytes: string } | { path: string }

/** Undefined when a descriptor is no listening socket. */
export const listeningPlaceOf = (fd: number): ListeningPlace | undefined => {
  const accepts = new Int32Array(1)
  const size = new Uint32Array([4])
  if (!libc || libc.getsockopt(fd, SOL_SOCKET, SO.acceptsConnections, ptr(accepts), ptr(size)) < 0) return undefined
  if (accepts[0] !== 1) return undefined
  const bytes = Buffer.alloc(SUN_PATH_BYTES + 2)
  size[0] = bytes.length
  checkCall('getsockname', libc.getsockname(fd, ptr(bytes), ptr(size)))
  if (bytes.readUInt16LE(0) !== AF.unix) return { port: bytes.readUInt16BE(2), addressBytes: addressPart(bytes) }
  const end = bytes.indexOf(0, 2)
  return { path: bytes.toString('utf8', 2, end < 0 ? size[0] : end) }
}

/** An address as ListeningPlace has it. */
export const addressBytesOf = (address: string): string => addressPart(internetAddress(address, 0).bytes)

const addressPart = (bytes: Buffer): string =>
  bytes.readUInt16LE(0) === AF.inet ? bytes.toString('hex', 4, 8) : bytes.toString('hex', 8, 24)

const setOption = (fd: number, level: number, option: number, value = 1): void => {
  checkCall('setsockopt', libc?.setsockopt(fd, level, option, ptr(new Int32Array([value])), 4) ?? -1)
}

/** `struct sockaddr_un`. */
const unixAddress = (path: string) => {
  const bytes = Buffer.alloc(SUN_PATH_BYTES + 2)
  bytes.writeUInt16LE(AF.unix, 0)
  if (Buffer.byteLength(path) >= SUN_PATH_BYTES) throw new Error(`The path ${path} is too long for a socket.`)
  bytes.write(path, 2, 'utf8')
  return { family: AF.unix, bytes }
}

/** `struct sockaddr_in` or `struct sockaddr_in6`. */
const internetAddress = (address: string, port: number) => {
  if (!isIPv6(address)) {
    const bytes = Buffer.alloc(16)
    bytes.writeUInt16LE(AF.inet, 0)
    bytes.writeUInt16BE(port, 2)
    bytes.set(address.split('.').map(Number), 4)
    return { family: AF.inet, bytes }
  }
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(AF.inet6, 0)
  bytes.writeUInt16BE(port, 2)
  bytes.set(sixteenBytes(address), 8)
  return { family: AF.inet6, bytes }
}

/** The URL parser writes every IPv6 address in its one canonical form, from which groups are easily read. */
const sixteenBytes = (address: string): number[] => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [left = '', right] = canonical.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const middle = new Array(8 - head.length - tail.length).fill(0)
  return [...head, ...middle, ...tail].flatMap((group) => [group >> 8, group & 255])
}
