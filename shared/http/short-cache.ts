/** Answers of another service, kept for a short time, the oldest forgotten first. */
export interface ShortCache<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/**
 * @param limits.keptMsMax as long as an answer may be older than what the service would say now
 * @param now milliseconds of a clock that never goes back
 */
export const createShortCache = <Value>(
  limits: { keptMsMax: number; entriesMax: number },
  now: () => number = () => performance.now(),
): ShortCache<Value> => {
  const entries = new Map<string, { value: Value; until: number }>()
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry && entry.until > now()) return entry.value
      entries.delete(key)
      return undefined
    },
    set(key, value) {
      entries.delete(key)
      const [oldest] = entries.keys()
      if (entries.size >= limits.entriesMax && oldest !== undefined) entries.delete(oldest)
      entries.set(key, { value, until: now() + limits.keptMsMax })
    },
  }
}
