interface Ranked {
  score: number
  chunkId: number
}

/** Best first; equal scores in order of chunk id. */
export const byScore = (a: Ranked, b: Ranked): number => b.score - a.score || a.chunkId - b.chunkId

/**
 * The `limit` best of all that are added: a binary heap with the worst of them at its root, so that whoever adds always knows the score to beat. Takes
 * limit * log(added / limit) exchanges where what is added comes in no order.
 */
export class TopList<Item extends Ranked> {
  readonly #heap: Item[] = []
  readonly #limit: number
  /** What is lower need not be added; what is equal may still win by its chunk id. */
  scoreToBeat = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(item: Item): void {
    const heap = this.#heap
    if (heap.length < this.#limit) {
      heap.push(item)
      this.#rise(heap.length - 1)
    } else {
      if (byScore(item, heap[0] as Item) >= 0) return
      heap[0] = item
      this.#sink()
    }
    if (heap.length === this.#limit) this.scoreToBeat = (heap[0] as Item).score
  }

  /** Best first. Nothing is added after it. */
  finish(): Item[] {
    return this.#heap.sort(byScore)
  }

  #rise(from: number): void {
    const heap = this.#heap
    const item = heap[from] as Item
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (byScore(item, heap[parent] as Item) <= 0) break
      heap[at] = heap[parent] as Item
      at = parent
    }
    heap[at] = item
  }

  #sink(): void {
    const heap = this.#heap
    const item = heap[0] as Item
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && byScore(heap[child + 1] as Item, heap[child] as Item) > 0) child += 1
      if (byScore(heap[child] as Item, item) <= 0) break
      heap[at] = heap[child] as Item
      at = child
    }
    heap[at] = item
  }
}
