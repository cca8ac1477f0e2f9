/** Time between the commit and the answer: long enough for a worker to be killed in it. */
const ANSWER_MS_MAX = 100

export interface Effects {
  url: string
  /** Keys under which each effect was committed, by what the effect is. More than one is an effect done twice. */
  readonly committed: ReadonlyMap<string, ReadonlySet<string>>
  /** Calls with a key that was there already: answered as before, and nothing done. */
  repeats(): number
  /** Calls without a key, or with the key of another effect. */
  readonly misused: readonly string[]
  stop(): void
}

/** What the effects server answers. */
export const receipt = (effect: string): string => `done:${effect}`

/**
 * A service outside that does something once for each `Idempotency-Key`. The body names the effect: `{"effect": "r1/w"}`.
 * @param onRequest told of each effect as it is asked for
 */
export const startEffectsServer = (onRequest: (effect: string) => void): Effects => {
  const effectOf = new Map<string, string>()
  const committed = new Map<string, Set<string>>()
  const misused: string[] = []
  let repeats = 0
  const commit = (key: string | null, effect: string) => {
    if (key === null) return void misused.push(`${effect}: no key`)
    const known = effectOf.get(key)
    if (known === effect) repeats += 1
    else if (known !== undefined) misused.push(`${effect}: key ${key} is that of ${known}`)
    else {
      effectOf.set(key, effect)
      committed.set(effect, (committed.get(effect) ?? new Set()).add(key))
    }
  }
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { effect } = (await request.json()) as { effect: string }
      onRequest(effect)
      commit(request.headers.get('idempotency-key'), effect)
      await Bun.sleep(Math.random() * ANSWER_MS_MAX)
      return new Response(receipt(effect))
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}/effects`,
    committed,
    misused,
    repeats: () => repeats,
    stop: () => void server.stop(true),
  }
}
