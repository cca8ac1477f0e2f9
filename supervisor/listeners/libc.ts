import { dlopen, FFIType } from 'bun:ffi'

const { i32, u32, i64, ptr } = FFIType
const SYMBOLS = {
  socket: { args: [i32, i32, i32], returns: i32 },
  bind: { args: [i32, ptr, u32], returns: i32 },
  listen: { args: [i32, i32], returns: i32 },
  close: { args: [i32], returns: i32 },
  setsockopt: { args: [i32, i32, i32, ptr, u32], returns: i32 },
  getsockname: { args: [i32, ptr, ptr], returns: i32 },
  getsockopt: { args: [i32, i32, i32, ptr, ptr], returns: i32 },
  syscall: { args: [i64, i64, i64, i64], returns: i64 },
  __errno_location: { args: [], returns: ptr },
} as const

const openLibc = () => {
  if (process.platform !== 'linux') return undefined
  for (const name of ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1']) {
    try {
      return dlopen(name, SYMBOLS).symbols
    } catch {
      // the next name
    }
  }
  return undefined
}

/**
 * The few calls of the C library that Bun does not offer: sockets that listen without anybody accepting, to be handed to other processes.
 * Undefined where they are not there (another system than Linux, or a C library under another name): gateways listen themselves then.
 */
export const libc = openLibc()

/** Whether a listening socket can be handed to other processes here. */
export const canHandOver = libc !== undefined
