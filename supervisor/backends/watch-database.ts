import type { BackendState } from './backend-state.ts'
import { probePostgres } from './probe-postgres.ts'

const PROBE_EVERY_MS = 5_000
const PROBE_MS_MAX = 2_000

/** Asks the database now and then whether it answers. Only readiness follows from it: a slow database must not set off restarts. */
export const watchDatabase = (databaseUrl: string, current: BackendState, stopped: AbortSignal): void => {
  const isKnown = () => ['ready', 'unreachable'].includes(current.facts().state)
  const probe = async () => {
    if (!isKnown()) return
    const problem = await probePostgres(databaseUrl, PROBE_MS_MAX)
    if (isKnown() && !stopped.aborted) current.enter(problem ? 'unreachable' : 'ready', problem)
  }
  const timer = setInterval(() => void probe(), PROBE_EVERY_MS)
  stopped.addEventListener('abort', () => clearInterval(timer), { once: true })
}
