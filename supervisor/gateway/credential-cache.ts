import { type KeyFacts, KnownKey } from './known-key.ts'

/** Says whose an app's credentials are; remembers for a few seconds, so that a busy client costs the tenant service little. */
export interface CredentialCache {
  /** The key, at once where it is remembered; undefined when the credentials are wrong or the key has ended. Throws what `verify` throws. */
  keyOf(apiKey: string, apiSecret: string): KnownKey | undefined | Promise<KnownKey | undefined>
  /** True while a key that was handed out may be used without asking again. */
  isFresh(key: KnownKey): boolean
  /** Something at the tenant service may have changed: ask it again about everyone. */
  clear(): void
}

/** A revoked key is refused after this time at the latest, also when it was revoked through another gateway that could not say so. */
export const KNOWN_MS_MAX = 5_000
const ENTRIES_MAX = 10_000

interface Entry {
  key: KnownKey | undefined
  untilMs: number
}

export const createCredentialCache = (options: {
  verify(apiKey: string, apiSecret: string): Promise<KeyFacts | undefined>
  now?: () => number
}): CredentialCache => {
  const now = options.now ?? Date.now
  /** By digest, so that a memory dump holds no secret. Oldest use first: a Map keeps the order of insertion. */
  let known = new Map<string, Entry>()
  let asking = new Map<string, Promise<KnownKey | undefined>>()

  const ask = async (digest: string, apiKey: string, apiSecret: string): Promise<KnownKey | undefined> => {
    const generation = known
    const facts = await options.verify(apiKey, apiSecret)
    const at = now()
    const untilMs = Math.min(at + KNOWN_MS_MAX, facts?.expiresAtMs ?? Number.POSITIVE_INFINITY)
    const key = facts && untilMs > at ? new KnownKey(facts, untilMs) : undefined
    if (key && generation !== known) key.isCurrent = false
    generation.set(digest, { key, untilMs }) // after a clear: into the map nobody reads
    if (generation.size > ENTRIES_MAX) generation.delete(generation.keys().next().value ?? '')
    return key
  }

  return {
    keyOf(apiKey, apiSecret) {
      const digest = new Bun.CryptoHasher('sha256').update(`${apiKey}:${apiSecret}`).digest('base64')
      const entry = known.get(digest)
      if (entry && entry.untilMs > now()) {
        known.delete(digest)
        known.set(digest, entry)
        return entry.key
      }
      const pending = asking.get(digest)
      if (pending) return pending
      const current = asking
      const answer = ask(digest, apiKey, apiSecret).finally(() => current.delete(digest))
      current.set(digest, answer)
      return answer
    },
    isFresh: (key) => key.isCurrent && key.untilMs > now(),
    clear() {
      for (const { key } of known.values()) if (key) key.isCurrent = false
      known = new Map()
      asking = new Map()
    },
  }
}
