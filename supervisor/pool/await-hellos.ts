import type { Static } from '@sinclair/typebox'
import { isAlive } from '#shared/lifecycle/process-identity.ts'
import type { Hello } from '#shared/worker-protocol/worker-messages.ts'
import type { LedgerEntry } from './process-ledger.ts'

const LOOK_MS = 20
/** A second in all. Looks are counted, not time: when this process itself is slow, the others are no less so. */
const LOOKS_MAX = 50

/** Processes of an earlier supervisor that are about to dial this one. */
export interface AwaitedHellos {
  /** The one that says this hello; it is awaited no longer. Its pid and start time must be those on record. */
  answer(hello: Static<typeof Hello>): LedgerEntry | undefined
  awaited(): LedgerEntry[]
  /** Resolves once each has dialled or died, or a second is over, with those that did not dial. They are refused from then on. */
  wait(): Promise<LedgerEntry[]>
  /** Waits no longer. */
  giveUp(): void
  /** What did not dial is gone. */
  forget(): void
}

export const awaitHellos = (entries: readonly LedgerEntry[]): AwaitedHellos => {
  const awaited = new Set(entries)
  let isOver = false
  return {
    answer(hello) {
      if (isOver) return undefined
      const entry = [...awaited].find(({ pid, socketPath }) => pid === hello.pid && socketPath === hello.socketPath)
      if (!entry || !isAlive(entry)) return undefined
      awaited.delete(entry)
      return entry
    },
    awaited: () => [...awaited],
    async wait() {
      for (let looks = 0; looks < LOOKS_MAX && !isOver; looks += 1) {
        if (![...awaited].some(isAlive)) break
        await Bun.sleep(LOOK_MS)
      }
      isOver = true
      return [...awaited]
    },
    giveUp() {
      isOver = true
    },
    forget: () => awaited.clear(),
  }
}
