import type { SandboxChild } from './sandbox-child.ts'

/** Children that are ready before they are needed. */
export interface WarmChildren {
  /** Gives a child to the task, alone, and takes it back when the child may run another program. */
  use<Result>(signal: AbortSignal, task: (child: SandboxChild) => Promise<Result>): Promise<Result>
  /** Makes the spare children, and tells when they can run programs. */
  prepare(): Promise<void>
  /** Ends the children that wait. Must be called: they keep their parent from ending by itself. */
  stop(): void
}

/**
 * Keeps children alive between programs.
 * @param runsMax programs that one child runs before it is replaced
 * @param sparesMax children that are started before anyone asks, as soon as the first was needed
 * @param idleMs a child that nobody needed for so long is ended; spares stay
 */
export const createWarmChildren = (options: {
  start: () => SandboxChild
  runsMax: number
  sparesMax: number
  idleMs: number
}): WarmChildren => {
  const idle: { child: SandboxChild; runs: number; timer: ReturnType<typeof setTimeout> | undefined }[] = []
  let isStopped = false

  const keep = (child: SandboxChild, runs: number): void => {
    const entry: (typeof idle)[number] = { child, runs, timer: undefined }
    if (runs > 0) {
      entry.timer = setTimeout(() => {
        idle.splice(idle.indexOf(entry), 1)
        child.kill()
      }, options.idleMs)
      entry.timer.unref()
    }
    idle.push(entry)
  }
  const take = (): { child: SandboxChild; runs: number } => {
    // The latest first, so that the others may grow old.
    for (let entry = idle.pop(); entry; entry = idle.pop()) {
      clearTimeout(entry.timer)
      if (entry.child.isAlive) return entry
    }
    return { child: options.start(), runs: 0 }
  }
  const refill = (): void => {
    const dead = idle.filter(({ child }) => !child.isAlive)
    for (const entry of dead) idle.splice(idle.indexOf(entry), 1)
    while (!isStopped && idle.length < options.sparesMax) keep(options.start(), 0)
  }

  return {
    async use(signal, task) {
      const { child, runs } = take()
      try {
        await untilReady(child, signal)
        return await task(child)
      } finally {
        if (!isStopped && child.isAlive && runs + 1 < options.runsMax) keep(child, runs + 1)
        else child.kill()
        refill()
      }
    },
    async prepare() {
      refill()
      await Promise.all(idle.map(({ child }) => child.ready))
    },
    stop() {
      isStopped = true
      for (const { child, timer } of idle.splice(0)) {
        clearTimeout(timer)
        child.kill()
      }
    },
  }
}

/** A child that is aborted while it starts is left to start. */
const untilReady = (child: SandboxChild, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    const refuse = (error: unknown) => {
      child.kill()
      reject(error)
    }
    child.ready.then(resolve, refuse).finally(() => signal.removeEventListener('abort', leave))
  })
}
