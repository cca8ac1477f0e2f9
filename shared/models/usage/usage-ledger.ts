import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#shared/logging/logger.ts'
import { addUsage, subtractUsage, type UsageSums } from './add-up-usage.ts'
import { hourOf, type UsageEntry } from './usage-entry.ts'
import type { UsageFlush, UsageRepository } from './usage-repository.ts'

/** How calls are counted, so that a killed process loses none whose end was shown. */
export interface UsageLedger {
  /**
   * Notes a call that begins. Once it has lasted a moment, what it has used so far is stored now and then: when this process is killed in the
   * middle of an answer, another one counts that.
   * @param soFar asked at each of these moments
   */
  open(soFar: () => UsageEntry): OpenUsage
  /** Resolves when all that ended until now is stored, or the database is away. */
  settled(): Promise<void>
  /** Stores what is left. */
  close(): Promise<void>
}

export interface OpenUsage {
  /** Counts the call, once. Resolves when that is on disk; after `waitMsMax` when the database is away: it is stored when it is back. Never rejects. */
  end(entry: UsageEntry): Promise<void>
}

export interface LedgerLimits {
  /** What open calls have used is stored this often: so much of an answer may go uncounted when its process is killed. */
  noteMs: number
  /** Writers that were silent for longer are dead. Living ones that use models say so each `sweepMs`. */
  silentMs: number
  sweepMs: number
  /** The end of an answer waits this long for the database. */
  waitMsMax: number
  /** First pause before a write is repeated; doubles. */
  retryMs: number
}

export const LEDGER_LIMITS: LedgerLimits = {
  noteMs: 1_000,
  silentMs: 90_000,
  sweepMs: 30_000,
  waitMsMax: 5_000,
  retryMs: 100,
}

const RETRY_MS_MAX = 2_000

/** Ended calls that are stored together: while one group is written, the next gathers. */
interface Group {
  sums: UsageSums
  ended: OpenCall[]
  stored: Promise<void>
  resolve(): void
}

interface OpenCall {
  hour: string
  soFar: () => UsageEntry
  isEnded: boolean
  /** What of it is among the noted sums. */
  noted: UsageEntry | undefined
}

/**
 * One write at a time holds all that ended since the last one (group commit), so that a busy process writes no more often than the disk
 * answers. Sums are added up by hour, app and model: a write has as many rows as there are of these, however many calls ended.
 */
export const createUsageLedger = (dependencies: {
  usage: Pick<UsageRepository, 'store' | 'touch' | 'sweep' | 'forgetOld'>
  logger: Logger
  limits?: LedgerLimits
}): UsageLedger => {
  const { usage, logger } = dependencies
  const limits = dependencies.limits ?? LEDGER_LIMITS
  const writer = Bun.randomUUIDv7()
  const openCalls = new Set<OpenCall>()
  const leaving = new AbortController()
  let gathering = newGroup()
  let beingStored: Group | undefined
  let flushes = 0
  let writing: Promise<void> | undefined
  let noteIsDue = false
  /** What open calls had used when they were noted last. */
  let noted: UsageSums = new Map()
  let lastAnswerMs = 0

  /** Repeats one write until it is stored: its number tells the database whether it was. */
  const store = async (flush: UsageFlush) => {
    for (let pauseMs = limits.retryMs; ; pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)) {
      try {
        await usage.store(flush)
        lastAnswerMs = performance.now()
        return
      } catch (error) {
        logger.warn({ err: error, calls: flush.sums.length }, 'usage of models not stored yet')
        await sleep(pauseMs, undefined, { signal: leaving.signal })
      }
    }
  }

  /** Calls that ended and are not stored yet are open still, as far as the database knows. */
  const noteOpenCalls = () => {
    noted = new Map()
    for (const call of openCalls) {
      call.noted = call.soFar()
      addUsage(noted, call.hour, call.noted)
    }
  }

  const forget = (call: OpenCall) => {
    openCalls.delete(call)
    if (call.noted) subtractUsage(noted, call.hour, call.noted)
  }

  const writeAll = async () => {
    // What ends in the same turn of the event loop is stored together.
    await Promise.resolve()
    while (gathering.ended.length > 0 || noteIsDue) {
      const group = gathering
      beingStored = group
      gathering = newGroup()
      for (const call of group.ended) forget(call)
      if (noteIsDue) noteOpenCalls()
      noteIsDue = false
      flushes += 1
      await store({ writer, number: flushes, sums: [...group.sums.values()], open: [...noted.values()] })
      group.resolve()
      beingStored = undefined
    }
  }

  const write = () => {
    writing ??= writeAll()
      .catch((error: unknown) => logger.error({ err: error }, 'usage of models lost'))
      .finally(() => {
        writing = undefined
      })
  }

  const note = setInterval(() => {
    if (openCalls.size === 0 && noted.size === 0) return
    noteIsDue = true
    write()
  }, limits.noteMs)

  /** A process that did not reach the database itself cannot tell whether others could. */
  const sweep = async () => {
    const isSure = lastAnswerMs > 0 && performance.now() - lastAnswerMs < limits.sweepMs * 1.5
    try {
      await usage.touch(writer)
      lastAnswerMs = performance.now()
      if (isSure) await usage.sweep(limits.silentMs)
      await usage.forgetOld()
    } catch (error) {
      logger.debug({ err: error }, 'usage of dead processes not counted yet')
    }
  }
  const sweeping = setInterval(() => void sweep(), limits.sweepMs)
  for (const timer of [note, sweeping]) timer.unref()

  return {
    open(soFar) {
      const call: OpenCall = { hour: hourOf(Date.now()), soFar, isEnded: false, noted: undefined }
      openCalls.add(call)
      return {
        end(entry) {
          if (call.isEnded) return Promise.resolve()
          call.isEnded = true
          call.soFar = () => entry
          addUsage(gathering.sums, call.hour, entry)
          gathering.ended.push(call)
          const { stored } = gathering
          write()
          return within(limits.waitMsMax, stored)
        },
      }
    },

    // Groups are stored one after the other. What ends later is not waited for: a busy process never stops writing.
    settled() {
      const last = gathering.ended.length > 0 ? gathering : beingStored
      return last ? within(limits.waitMsMax, last.stored) : Promise.resolve()
    },

    async close() {
      clearInterval(note)
      clearInterval(sweeping)
      await within(limits.waitMsMax, writing ?? Promise.resolve())
      leaving.abort()
    },
  }
}

const newGroup = (): Group => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { sums: new Map(), ended: [], stored: promise, resolve }
}

const within = async (ms: number, done: Promise<void>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([done, late])
  clearTimeout(timer)
}
