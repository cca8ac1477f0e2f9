import { isAlive, type ProcessIdentity, signalProcess } from '#shared/lifecycle/process-identity.ts'
import type { SpawnedProcess } from './spawn-process.ts'

const POLL_MS = 100
/** After a sign of death: so often, and so many times before it was a false alarm. */
const LOOK_MS = 2
const LOOKS_MAX = 250

/**
 * A process that an earlier supervisor started. It is no child of ours, so the kernel tells us nothing about its end: it is looked for, seldom
 * as a rule, and closely from the moment its connection is lost. How it ended, nobody learns.
 */
export const adoptProcess = (process: ProcessIdentity): SpawnedProcess => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer: Timer | undefined
  let looksLeft = 0

  const check = () => {
    clearTimeout(timer)
    if (!isAlive(process)) return resolve()
    looksLeft = Math.max(0, looksLeft - 1)
    timer = setTimeout(check, looksLeft > 0 ? LOOK_MS : POLL_MS)
  }
  check()
  return {
    ...process,
    kill: (signal) => void signalProcess(process, signal),
    ended: promise.then(() => ({ exitCode: null, signal: null, lastLine: '' })),
    look() {
      looksLeft = LOOKS_MAX
      check()
    },
  }
}
