export interface GatherCalls<Item, Result> {
  /** Does the work of several calls at once; its results are in the order of the items. */
  perform: (items: readonly Item[]) => Promise<readonly Result[]>
  /** Calls with different keys are never put together. */
  keyOf: (item: Item) => string
  /** Calls put together at most. */
  itemsMax: number
}

interface Call<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (reason: unknown) => void
}

/**
 * One call out of many: those that come while others of their key are being performed wait and are performed together next, so that a lone call waits for nobody and
 * many calls cost little more than one. When several fail together each is performed again for itself: what is wrong with one is no other's fault.
 * `perform` therefore has to do all or nothing.
 */
export const gatherCalls = <Item, Result>(options: GatherCalls<Item, Result>): ((item: Item) => Promise<Result>) => {
  const waiting = new Map<string, Call<Item, Result>[]>()

  const settle = async (calls: readonly Call<Item, Result>[]): Promise<void> => {
    try {
      const results = await options.perform(calls.map(({ item }) => item))
      for (const [at, call] of calls.entries()) call.resolve(results[at] as Result)
    } catch (error) {
      const [only] = calls
      if (only && calls.length === 1) only.reject(error)
      else await Promise.all(calls.map((call) => settle([call])))
    }
  }

  const work = async (key: string, queue: Call<Item, Result>[]): Promise<void> => {
    // What is called in the same turn belongs together.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) await settle(queue.splice(0, options.itemsMax))
    waiting.delete(key)
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const key = options.keyOf(item)
      const queue = waiting.get(key)
      const call = { item, resolve, reject }
      if (queue) queue.push(call)
      else {
        const begun = [call]
        waiting.set(key, begun)
        void work(key, begun)
      }
    })
}
