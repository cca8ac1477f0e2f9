/** Says whose an app's credentials are; remembers for a few seconds, so that a busy client costs the tenant service little. */
export interface CredentialCache {
  /** The app of the credentials, or undefined when they are wrong. Throws what `verify` throws. */
  appOf(apiKey: string, apiSecret: string): Promise<string | undefined>
  /** Something at the tenant service may have changed: ask it again about everyone. */
  clear(): void
}

/** A revoked key is refused after this time at the latest, also when it was revoked through another gateway. */
const KNOWN_MS_MAX = 5_000
const ENTRIES_MAX = 10_000

export const createCredentialCache = (options: {
  verify(apiKey: string, apiSecret: string): Promise<string | undefined>
  now?: () => number
}): CredentialCache => {
  const now = options.now ?? Date.now
  /** By digest, so that a memory dump holds no secret. Oldest use first: a Map keeps the order of insertion. */
  let known = new Map<string, { appId: string | undefined; untilMs: number }>()
  let asking = new Map<string, Promise<string | undefined>>()

  const ask = async (digest: string, apiKey: string, apiSecret: string): Promise<string | undefined> => {
    const generation = known
    const appId = await options.verify(apiKey, apiSecret)
    generation.set(digest, { appId, untilMs: now() + KNOWN_MS_MAX }) // after a clear: into the map nobody reads
    if (generation.size > ENTRIES_MAX) generation.delete(generation.keys().next().value ?? '')
    return appId
  }

  return {
    async appOf(apiKey, apiSecret) {
      const digest = new Bun.CryptoHasher('sha256').update(`${apiKey}:${apiSecret}`).digest('base64')
      const entry = known.get(digest)
      if (entry && entry.untilMs > now()) {
        known.delete(digest)
        known.set(digest, entry)
        return entry.appId
      }
      const pending = asking.get(digest)
      if (pending) return pending
      const current = asking
      const answer = ask(digest, apiKey, apiSecret).finally(() => current.delete(digest))
      current.set(digest, answer)
      return answer
    },
    clear() {
      known = new Map()
      asking = new Map()
    },
  }
}
