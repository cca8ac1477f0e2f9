import type { RouteRule } from '#shared/permissions/route-actions.ts'

/** Whose a session is, and what they may do for the app that was asked about; undefined for a session that is over or never was one. */
export type SessionFacts = { userId: string; administrator: boolean; actions: ReadonlySet<RouteRule> } | undefined

/** Says whose a session is; remembers for a few seconds, so that a busy page costs the tenant service little. */
export interface SessionCache {
  /** Throws what `resolve` throws. */
  factsOf(token: string, appId: string | undefined): Promise<SessionFacts>
  /** Something at the tenant service may have changed: ask it again about everyone. */
  clear(): void
}

/** A session that ended is refused after this time at the latest, also when it ended through another gateway. */
const KNOWN_MS_MAX = 5_000
const ENTRIES_MAX = 10_000

export const createSessionCache = (options: {
  resolve(token: string, appId: string | undefined): Promise<SessionFacts>
  now?: () => number
}): SessionCache => {
  const now = options.now ?? Date.now
  /** By digest, so that a memory dump holds no token. Oldest first: a Map keeps the order of insertion. */
  let known = new Map<string, { facts: Promise<SessionFacts>; untilMs: number }>()

  return {
    factsOf(token, appId) {
      const key = new Bun.CryptoHasher('sha256').update(`${token} ${appId ?? ''}`).digest('base64')
      const entry = known.get(key)
      if (entry && entry.untilMs > now()) return entry.facts
      const generation = known
      const facts = options.resolve(token, appId)
      const asked = { facts, untilMs: now() + KNOWN_MS_MAX }
      generation.delete(key)
      generation.set(key, asked)
      facts.catch(() => (generation.get(key) === asked ? generation.delete(key) : undefined)) // a failure is not remembered
      if (generation.size > ENTRIES_MAX) generation.delete(generation.keys().next().value ?? '')
      return facts
    },
    clear() {
      known = new Map()
    },
  }
}
