import type { DeliverReply } from './engine-contract.ts'
import { toEventId } from './event-id.ts'

type Resumed = Parameters<DeliverReply>[0]

/** Longer delays overflow the timer; the wait is looked at again then. */
const TIMER_MS_MAX = 2_000_000_000

/** The open waits of one run. */
export interface RunWaits {
  readonly size: number
  /** The first moment at which one of them ends by itself, in Unix milliseconds. */
  readonly wakeAt: number | undefined
  /** Name for the next wait. */
  nextId(): string
  add(wait: OpenWait): void
  /** Ends a wait by an answer. False when there is no such wait. */
  deliver: DeliverReply
  /** Ends the waits whose moment has come. False when there are none. */
  endDue(): boolean
  /** Gives up the waits of nodes that are not to go on. */
  remove(eventId: string): void
  close(): void
}

export interface OpenWait {
  readonly eventId: string
  readonly wakeAt: number | undefined
  /** Goes on with the node. */
  resume(resumed: Resumed): void
}

/** The first moment at which one of the waits ends by itself, in Unix milliseconds. */
export const firstWakeAt = (waits: Iterable<{ readonly wakeAt?: number | undefined }>): number | undefined => {
  let first: number | undefined
  for (const { wakeAt } of waits) if (wakeAt !== undefined && (first === undefined || wakeAt < first)) first = wakeAt
  return first
}

/** @param options.count how many waits the run has had before */
export const createRunWaits = (options: { runId: string; count: number; attend(work: () => void): void }): RunWaits => {
  const open = new Map<string, OpenWait>()
  let { count } = options
  let timer: ReturnType<typeof setTimeout> | undefined

  const setAlarm = () => {
    clearTimeout(timer)
    const wakeAt = firstWakeAt(open.values())
    if (wakeAt === undefined) return
    const delayMs = Math.min(Math.max(wakeAt - Date.now(), 0), TIMER_MS_MAX)
    timer = setTimeout(() => options.attend(() => endDue()), delayMs)
  }

  const endDue = (): boolean => {
    const now = Date.now()
    const due = [...open.values()].filter(({ wakeAt }) => wakeAt !== undefined && wakeAt <= now)
    for (const { eventId } of due) end({ eventId, reply: { kind: 'timeout', content: '' } })
    setAlarm()
    return due.length > 0
  }

  const end = (resumed: Resumed) => {
    const wait = open.get(resumed.eventId)
    open.delete(resumed.eventId)
    wait?.resume(resumed)
  }

  return {
    get size() {
      return open.size
    },
    get wakeAt() {
      return firstWakeAt(open.values())
    },
    nextId: () => toEventId(options.runId, count++),
    add(wait) {
      open.set(wait.eventId, wait)
      if (wait.wakeAt !== undefined) setAlarm()
    },
    deliver(resumed) {
      if (!open.has(resumed.eventId)) return false
      options.attend(() => end(resumed))
      return true
    },
    endDue,
    remove: (eventId) => open.delete(eventId),
    close() {
      clearTimeout(timer)
      open.clear()
    },
  }
}
