import { JournalClosedError, JournalFullError } from './errors.ts'
import { createFlushGroup, type FlushGroup, isEmpty } from './flush-group.ts'

/** Events for which nobody waits are stored this much later at the latest; tokens of a model gather meanwhile. */
const LINGER_MS = 20
/** So many events are stored without lingering. */
const EVENTS_WITHOUT_LINGER = 4000
/** One transaction carries about this much JSON; more goes to the next one. */
const GROUP_BYTES_MAX = 8 * 1024 * 1024
/** A process holds at most this much JSON that is not stored yet. */
export const QUEUED_BYTES_MAX = 64 * 1024 * 1024
const CLOSE_MS_MAX = 5000

export interface FlushLoop {
  /** The group that takes what comes now. Throws once nothing can be stored any more. */
  open(): FlushGroup
  /** Throws JournalFullError when so much more would be too much. */
  admit(bytes: number): void
  /** Says that the open group grew. */
  grew(events: number, bytes: number): void
  /** Someone waits for this group: store it as soon as the flush in flight is done. */
  want(group: FlushGroup): void
  /** Ends the loop: everything queued fails with this error. */
  end(error: Error): void
  /** Stores what is queued, then ends. */
  close(): Promise<void>
}

/**
 * Adaptive group commit: one flush in flight; while it runs, everything gathers for the next.
 *
 *   idle --grew--> lingering --20 ms, many events, or wanted--> due --end of the tick--> storing --> idle | lingering | storing
 *   any state --end--> ended
 *
 * @param store stores a group exactly once; rejects when nothing more can be stored
 * @param onStored called before those who wait for the group go on
 */
export const createFlushLoop = (options: {
  store(group: FlushGroup): Promise<void>
  onStored(group: FlushGroup): void
  onEnded(error: Error): void
  onQueued(bytes: number): void
}): FlushLoop => {
  let state: 'idle' | 'lingering' | 'due' | 'storing' | 'ended' = 'idle'
  let open = createFlushGroup()
  let failure: Error | undefined
  let closing = false
  let queuedBytes = 0
  let linger: Timer | undefined
  /** Groups before the open one: the one in flight first, then full ones. */
  const sealed: FlushGroup[] = []

  const seal = () => {
    sealed.push(open)
    open = createFlushGroup()
  }

  const end = (error: Error) => {
    if (state === 'ended') return
    state = 'ended'
    failure = error
    clearTimeout(linger)
    for (const group of [...sealed, open]) group.fail(error)
    queuedBytes = 0
    options.onEnded(error)
  }

  const makeDue = () => {
    if (state !== 'idle' && state !== 'lingering') return
    clearTimeout(linger)
    state = 'due'
    setImmediate(() => void drain())
  }

  const startLinger = () => {
    state = 'lingering'
    linger = setTimeout(makeDue, LINGER_MS)
  }

  const isUrgent = () => sealed.length > 0 || open.wanted || open.events >= EVENTS_WITHOUT_LINGER

  const storeNext = async () => {
    if (sealed.length === 0) seal()
    const [group] = sealed
    if (!group) return
    await options.store(group)
    sealed.shift()
    queuedBytes -= group.bytes
    options.onQueued(queuedBytes)
    options.onStored(group)
    group.settle()
  }

  const drain = async () => {
    if (state !== 'due') return
    state = 'storing'
    try {
      do {
        await storeNext()
        // Whoever waited goes on now and may append to the next group.
        await new Promise(setImmediate)
      } while (isStoring() && isUrgent())
    } catch (error) {
      return end(error instanceof Error ? error : new Error(String(error)))
    }
    if (!isStoring()) return
    state = 'idle'
    if (!isEmpty(open)) startLinger()
  }

  /** `end` may have been called in between. */
  const isStoring = () => state === 'storing'

  const want = (group: FlushGroup) => {
    group.wanted = true
    makeDue()
  }

  return {
    open() {
      if (failure) throw failure
      if (closing) throw new JournalClosedError()
      return open
    },
    admit(bytes) {
      if (queuedBytes + bytes > QUEUED_BYTES_MAX) throw new JournalFullError(queuedBytes + bytes, QUEUED_BYTES_MAX)
    },
    grew(events, bytes) {
      open.events += events
      open.bytes += bytes
      queuedBytes += bytes
      if (open.bytes >= GROUP_BYTES_MAX) {
        seal()
        makeDue()
      } else if (open.events >= EVENTS_WITHOUT_LINGER) {
        makeDue()
      } else if (state === 'idle') {
        startLinger()
      }
    },
    want,
    end,
    async close() {
      closing = true
      const timer = setTimeout(() => end(new JournalClosedError()), CLOSE_MS_MAX)
      const last = open
      if (!isEmpty(last)) want(last)
      await Promise.allSettled([...sealed, ...(isEmpty(last) ? [] : [last])].map((group) => group.stored))
      clearTimeout(timer)
      end(new JournalClosedError())
    },
  }
}
