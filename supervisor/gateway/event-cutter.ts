/** Cuts a stream of server-sent events where events end, so that none is passed on in half. Our workers end them with two line feeds. */
export interface EventCutter {
  /** Whole events that are ready, as bytes, a view of `chunk` where it can; empty while the next one is incomplete. Keeps no reference to it. */
  push(chunk: Uint8Array): Uint8Array
  /** Forgets what came of an incomplete event. */
  dropIncomplete(): void
  /** True between events. */
  atBorder(): boolean
  /** Whole events so far; comments, which workers send while they have nothing to say, are none. */
  readonly count: number
}

const LINE_FEED = 10
const COLON = 58
const NOTHING = new Uint8Array(0)

export const createEventCutter = (): EventCutter => {
  let incomplete: Uint8Array = NOTHING
  let count = 0
  return {
    push(chunk) {
      const bytes = incomplete.length === 0 ? chunk : Buffer.concat([incomplete, chunk])
      let end = 0
      // An event that began in an earlier chunk was searched before; only its last byte can begin a border that ends in this one.
      for (let at = Math.max(incomplete.length, 1); at < bytes.length; at += 1) {
        if (bytes[at] !== LINE_FEED || bytes[at - 1] !== LINE_FEED || at - 1 < end) continue
        if (!isComment(bytes.subarray(end, at))) count += 1
        end = at + 1
      }
      incomplete = end === bytes.length ? NOTHING : Uint8Array.from(bytes.subarray(end))
      return bytes.subarray(0, end)
    },
    dropIncomplete() {
      incomplete = NOTHING
    },
    atBorder: () => incomplete.length === 0,
    get count() {
      return count
    },
  }
}

/** True when every line begins with a colon. */
const isComment = (block: Uint8Array): boolean => {
  for (let start = 0; start < block.length; start = block.indexOf(LINE_FEED, start) + 1) {
    if (block[start] !== COLON) return false
    if (block.indexOf(LINE_FEED, start) === -1) break
  }
  return block.length > 0
}
