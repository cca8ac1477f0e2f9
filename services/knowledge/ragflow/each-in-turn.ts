/** Chunks of one request that are worked on at once: RAGFlow embeds each, so more would only wait there. */
const AT_ONCE = 4

/** Results in the order of the items. The first failure ends the rest. */
export const eachInTurn = async <Item, Result>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, index: number, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> => {
  const stopping = new AbortController()
  const together = AbortSignal.any([signal, stopping.signal])
  const results: Result[] = []
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      together.throwIfAborted()
      const index = next
      next += 1
      results[index] = await work(items[index] as Item, index, together)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
    return results
  } finally {
    stopping.abort()
  }
}
