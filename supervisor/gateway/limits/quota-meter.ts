import type { CallLimits, LimitSubject, QuotaBlock, QuotaEnd, ReserveQuota } from '#shared/permissions/call-limits.ts'

/** Lets requests through as long as quotas last, out of blocks that the tenant service hands to this gateway. */
export interface QuotaMeter {
  /** Undefined when the request may pass, else the quota that is used up. At once while a block lasts. Throws what `reserve` throws. */
  take(subject: LimitSubject): QuotaEnd | undefined | Promise<QuotaEnd | undefined>
  /** A request that another limit refused was not made. */
  putBack(subject: LimitSubject): void
  /** Limits may have changed: the next request of everybody asks anew. */
  refresh(): void
  /** Gives back what is left of all blocks, because this gateway ends. */
  close(): Promise<void>
}

export const hasQuota = ({ requestsPerDay, requestsPerMonth, tokensPerDay, tokensPerMonth }: CallLimits): boolean =>
  requestsPerDay !== null || requestsPerMonth !== null || tokensPerDay !== null || tokensPerMonth !== null

/** Subjects whose blocks are kept; the one that was asked for longest ago goes first, and its block is given back. */
const BLOCKS_MAX = 10_000

interface Held {
  subject: LimitSubject
  block: QuotaBlock
  left: number
  asking: Promise<void> | undefined
}

const NO_BLOCK: QuotaBlock = { requests: 0, day: '', untilMs: 0, end: null }

/** Where blocks come from. */
export interface QuotaSource {
  /** A block of one request at least, or the quota that is used up. */
  reserve(question: ReserveQuota): Promise<QuotaBlock>
  giveBack(subject: LimitSubject, unused: { day: string; requests: number }): Promise<void>
}

export const createQuotaMeter = (options: QuotaSource & { now?: () => number }): QuotaMeter => {
  const now = options.now ?? Date.now
  const held = new Map<string, Held>()

  const heldOf = (subject: LimitSubject): Held => {
    const name = `${subject.appId} ${subject.apiKey}`
    const known = held.get(name)
    if (known) return known
    const added: Held = { subject, block: NO_BLOCK, left: 0, asking: undefined }
    held.set(name, added)
    if (held.size > BLOCKS_MAX) forgetOldest()
    return added
  }

  const forgetOldest = () => {
    const [name, oldest] = held.entries().next().value ?? []
    if (name === undefined || !oldest) return
    held.delete(name)
    void giveBack(oldest).catch(() => undefined) // counted and not made: less than a block
  }

  const unusedOf = ({ block, left }: Held) =>
    block.day !== '' && left > 0 ? { day: block.day, requests: left } : undefined

  const giveBack = async (entry: Held): Promise<void> => {
    const unused = unusedOf(entry)
    entry.left = 0
    entry.block = NO_BLOCK
    if (unused) await options.giveBack(entry.subject, unused)
  }

  /** One question at a time for a subject; whoever comes meanwhile waits for its answer. */
  const renew = (entry: Held): Promise<void> => {
    entry.asking ??= (async () => {
      const unused = unusedOf(entry)
      entry.left = 0
      entry.block = NO_BLOCK
      const block = await options.reserve({ ...entry.subject, ...(unused ? { unused } : {}) })
      entry.block = block
      entry.left = block.requests
    })().finally(() => {
      entry.asking = undefined
    })
    return entry.asking
  }

  const takeHeld = (entry: Held): QuotaEnd | undefined | 'ask' => {
    if (entry.left > 0) {
      entry.left -= 1
      return undefined
    }
    return entry.block.end ?? 'ask'
  }

  /** Each answer lets at least one of those who wait through, or ends them all. */
  const ask = async (entry: Held): Promise<QuotaEnd | undefined> => {
    for (;;) {
      await renew(entry)
      const taken = takeHeld(entry)
      if (taken !== 'ask') return taken
    }
  }

  return {
    take(subject) {
      const entry = heldOf(subject)
      const taken = entry.block.untilMs > now() ? takeHeld(entry) : 'ask'
      return taken === 'ask' ? ask(entry) : taken
    },
    putBack(subject) {
      const entry = heldOf(subject)
      if (entry.block.untilMs > now() && entry.block.end === null) entry.left += 1
    },
    refresh() {
      for (const entry of held.values()) entry.block = { ...entry.block, untilMs: 0 }
    },
    async close() {
      await Promise.allSettled([...held.values()].map(giveBack))
      held.clear()
    },
  }
}
