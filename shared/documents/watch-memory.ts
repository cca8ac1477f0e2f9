import { readFileSync } from 'node:fs'

const LOOK_MS = 100
const RESIDENT = /^VmRSS:\s+(\d+) kB$/m

/** Looks at a process ten times a second, and says once when it holds more memory than it may. Elsewhere than on Linux it sees nothing. */
export const watchMemory = (
  pid: number,
  bytesMax: number,
  onExceeded: () => void,
): { readonly exceeded: boolean; stop(): void } => {
  let exceeded = false
  const timer = setInterval(() => {
    if (residentBytes(pid) <= bytesMax) return
    exceeded = true
    clearInterval(timer)
    onExceeded()
  }, LOOK_MS)
  return {
    get exceeded() {
      return exceeded
    },
    stop: () => clearInterval(timer),
  }
}

/** 0 for a process that is gone. */
const residentBytes = (pid: number): number => {
  try {
    return Number(RESIDENT.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
