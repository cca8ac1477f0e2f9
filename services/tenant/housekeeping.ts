import type { TenantDependencies } from './dependencies.ts'
import { idleSince } from './sessions/start-session.ts'

const HOUR_MS = 3_600_000

/**
 * Removes, once an hour, what is over: sessions that ended, attempts that are forgotten, and entries of the audit log that are older than `auditKeepDays`
 * (0 keeps them for ever). Workers that do it at the same time do no harm to each other.
 */
export const startHousekeeping = (
  dependencies: Pick<TenantDependencies, 'sessions' | 'attempts' | 'audit' | 'sessionTimes' | 'logger'>,
  auditKeepDays: number,
): { sweep(): Promise<void>; stop(): Promise<void> } => {
  const { sessions, attempts, audit, sessionTimes, logger } = dependencies
  let sweeping: Promise<void> = Promise.resolve()
  const stopped = new AbortController()

  const sweep = async () => {
    await sessions.removeEnded(idleSince(sessionTimes))
    await attempts.removeOld()
    let removed = auditKeepDays > 0 ? await audit.removeOld(auditKeepDays) : 0
    while (removed > 0 && !stopped.signal.aborted) removed = await audit.removeOld(auditKeepDays)
  }
  const timer = setInterval(() => {
    sweeping = sweep().catch((error: unknown) => logger.warn({ err: error }, 'what is over could not be removed'))
  }, HOUR_MS)
  return {
    sweep,
    async stop() {
      stopped.abort()
      clearInterval(timer)
      await sweeping
    },
  }
}
