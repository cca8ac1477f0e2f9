import type { LinkDependencies } from '../dependencies.ts'

/** A call with the same key is repeated within this time, or is another one. */
const KEPT_HOURS = 24
const SWEEP_MS = 3_600_000

/** Forgets kept answers once nobody will ask for them, until it is stopped. */
export const startCallSweep = ({ calls, logger }: Pick<LinkDependencies, 'calls' | 'logger'>): { stop(): void } => {
  const timer = setInterval(() => {
    calls
      .deleteOlderThan(KEPT_HOURS)
      .catch((error: unknown) => logger.warn({ err: error }, 'old calls were not deleted'))
  }, SWEEP_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
