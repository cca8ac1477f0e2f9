import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { CallLimits } from '#shared/permissions/call-limits.ts'
import type { RateWindow } from './rate-window.ts'

/** What counts the requests of one window: by subject, `points` in `duration` seconds. */
export interface WindowCounter {
  consume(subject: string): Promise<RateLimiterRes>
}

/** Makes a counter; another one than the default may keep its counts where several gateways see them. */
export type MakeCounter = (options: { keyPrefix: string; points: number; duration: number }) => WindowCounter

export interface RateLimiter {
  /**
   * Takes a request out of every window that the limits have. The windows as they are afterwards, and the one among them that was used up.
   * @param who `key` or `app`, for the names of the windows
   */
  take(who: string, subject: string, limits: CallLimits): Promise<{ windows: RateWindow[]; exceeded?: RateWindow }>
}

/** The rush that `burst` allows is counted over this time. */
export const BURST_SECONDS = 10
/** Kinds of counters that are kept, one for each number that a limit has; past that they begin anew. */
const COUNTERS_MAX = 1_000

/**
 * Counts in the memory of this gateway, by rate-limiter-flexible: windows begin with a subject's first request. Each gateway counts for itself,
 * so while one replaces another, or where several serve, a subject may make as many requests at each of them; a new gateway begins with nothing.
 */
export const createRateLimiter = (
  makeCounter: MakeCounter = (options) => new RateLimiterMemory(options),
): RateLimiter => {
  const counters = new Map<string, WindowCounter>()
  const counterOf = (points: number, duration: number, burst: number | null): WindowCounter => {
    const keyPrefix = `${points}/${duration}/${burst ?? 0}`
    const known = counters.get(keyPrefix)
    if (known) return known
    if (counters.size >= COUNTERS_MAX) counters.clear()
    const steady = makeCounter({ keyPrefix, points, duration })
    const made =
      burst === null
        ? steady
        : withBurst(steady, makeCounter({ keyPrefix: `${keyPrefix}+`, points: burst, duration: BURST_SECONDS }))
    counters.set(keyPrefix, made)
    return made
  }

  return {
    async take(who, subject, { requestsPerSecond, requestsPerMinute, burst }) {
      const windows: RateWindow[] = []
      let exceeded: RateWindow | undefined
      const takeOne = async ({ name, limit, seconds, more = null }: Kind) => {
        const { isOver, result } = await consume(counterOf(limit, seconds, more), subject)
        const { remainingPoints, msBeforeNext } = result
        const window = { name: `${who}-${name}`, limit, seconds, left: remainingPoints, resetMs: msBeforeNext }
        windows.push(window)
        if (isOver) exceeded = window
      }
      if (requestsPerSecond !== null)
        await takeOne({ name: 'second', limit: requestsPerSecond, seconds: 1, more: burst })
      if (requestsPerMinute !== null && !exceeded)
        await takeOne({ name: 'minute', limit: requestsPerMinute, seconds: 60 })
      return exceeded ? { windows, exceeded } : { windows }
    },
  }
}

interface Kind {
  name: string
  limit: number
  seconds: number
  /** The burst. */
  more?: number | null
}

/** The library asks for its own class; what it uses of it is `consume`. */
const withBurst = (steady: WindowCounter, burst: WindowCounter): WindowCounter =>
  new BurstyRateLimiter(steady as RateLimiterMemory, burst as RateLimiterMemory)

const consume = async (
  counter: WindowCounter,
  subject: string,
): Promise<{ isOver: boolean; result: RateLimiterRes }> => {
  try {
    return { isOver: false, result: await counter.consume(subject) }
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return { isOver: true, result: refused }
    throw refused
  }
}
