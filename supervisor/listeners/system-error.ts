import { read } from 'bun:ffi'
import { libc } from './libc.ts'

const NAMES: Record<number, string> = { 1: 'EPERM', 13: 'EACCES', 24: 'EMFILE', 98: 'EADDRINUSE', 99: 'EADDRNOTAVAIL' }

/** A call that the system refused, with the name of its reason as Node.js has it in `code`. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError'
  readonly code: string

  constructor(call: string, code: string) {
    super(`${call}: ${code}`)
    this.code = code
  }
}

/** Throws what the last call left in errno when its result says that it failed. To be called before anything else happens. */
export const checkCall = (call: string, result: number): number => {
  if (result >= 0) return result
  const place = libc?.__errno_location()
  const errno = place ? read.i32(place, 0) : 0
  throw new SystemCallError(call, NAMES[errno] ?? `errno ${errno}`)
}
