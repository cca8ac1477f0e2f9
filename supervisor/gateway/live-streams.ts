import { KNOWN_MS_MAX } from './credential-cache.ts'
import type { KnownKey } from './known-key.ts'

/** Event streams and WebSockets that are open to clients who came with an app's key: they end with the key. */
export interface LiveStreams {
  /** A stream began; what was returned says that it is over. `close` is called if its key ends before. */
  add(key: KnownKey, close: () => void): () => void
  /** Closes the streams of keys that ended. Resolves when that is done for every change that was made before the call. */
  review(): Promise<void>
  stop(): void
}

/** Keys of one question to the tenant service. */
const KEYS_MAX = 1_000

/**
 * Asks the tenant service which keys still stand: when something changed there, and every KNOWN_MS_MAX while streams are open, for what came to an end by
 * itself or through a gateway that could not say so.
 */
export const createLiveStreams = (options: { listUsable(apiKeys: string[]): Promise<string[]> }): LiveStreams => {
  const byKey = new Map<string, Set<() => void>>()
  let timer: ReturnType<typeof setInterval> | undefined
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  const check = async (): Promise<void> => {
    const apiKeys = [...byKey.keys()]
    for (let from = 0; from < apiKeys.length; from += KEYS_MAX) {
      const some = apiKeys.slice(from, from + KEYS_MAX)
      const usable = new Set(await options.listUsable(some))
      for (const apiKey of some) {
        if (usable.has(apiKey)) continue
        for (const close of [...(byKey.get(apiKey) ?? [])]) close()
      }
    }
  }

  const review = (): Promise<void> => {
    if (byKey.size === 0) return Promise.resolve()
    if (!running) {
      // Without an answer the streams stay open, and are looked at again.
      running = check()
        .catch(() => undefined)
        .finally(() => {
          running = undefined
        })
      return running
    }
    next ??= running.then(() => {
      next = undefined
      return review()
    })
    return next
  }

  const stop = () => {
    clearInterval(timer)
    timer = undefined
  }

  return {
    add({ facts, isCurrent }, close) {
      const streams = byKey.get(facts.apiKey) ?? new Set()
      byKey.set(facts.apiKey, streams)
      const entry = () => close()
      streams.add(entry)
      timer ??= setInterval(() => void review(), KNOWN_MS_MAX)
      // Something changed while the worker was asked, so the review of that change has not seen this stream.
      if (!isCurrent) void review()
      return () => {
        streams.delete(entry)
        if (streams.size > 0) return
        if (byKey.get(facts.apiKey) === streams) byKey.delete(facts.apiKey)
        if (byKey.size === 0) stop()
      }
    },
    review,
    stop,
  }
}
