import { readdirSync } from 'node:fs'
import { libc } from './libc.ts'
import { closeSocket, type ListeningPlace, listeningPlaceOf } from './listening-socket.ts'

/** Linux, the same number on every processor. */
const PIDFD_OPEN = 434
const PIDFD_GETFD = 438

export interface TakenSocket {
  fd: number
  place: ListeningPlace
}

/**
 * Copies of the sockets on which another process of this account listens (pidfd_getfd, Linux 5.6). Empty where the kernel, or a security
 * module, does not allow that.
 */
export const takeListeningSockets = (pid: number): TakenSocket[] => {
  const process = Number(libc?.syscall(PIDFD_OPEN, pid, 0, 0) ?? -1)
  if (process < 0) return []
  try {
    return descriptorsOf(pid).flatMap((theirs) => {
      const fd = Number(libc?.syscall(PIDFD_GETFD, process, theirs, 0) ?? -1)
      if (fd < 0) return []
      const place = listeningPlaceOf(fd)
      if (place) return [{ fd, place }]
      closeSocket(fd)
      return []
    })
  } finally {
    closeSocket(process)
  }
}

const descriptorsOf = (pid: number): number[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).map(Number)
  } catch {
    return []
  }
}
