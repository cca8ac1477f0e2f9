import { TooManyAttemptsError } from '../people-errors.ts'
import type { AttemptRepository } from './attempt-repository.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * How many attempts may fail. For one account from one address few, since people mistype and do not guess; for one address more, since an office shares
 * one; for one account from everywhere together many, which is what slows guessing from many addresses. The last one does not hold for an address from
 * which the account signed in before: nobody can lock owners out of where they work.
 */
const LIMITS = {
  pair: { max: 10, windowMs: 15 * MINUTE_MS },
  address: { max: 60, windowMs: 15 * MINUTE_MS },
  account: { max: 100, windowMs: 60 * MINUTE_MS },
} as const
const KNOWN_MS = 90 * DAY_MS

export interface Attempt {
  /** What is guessed at: an e-mail address, or what a code is for. */
  account: string
  address: string
}

/** Counts an attempt before it is made, so that many at once do not slip through. @throws TooManyAttemptsError */
export const countAttempt = async (attempts: AttemptRepository, attempt: Attempt): Promise<void> => {
  const keys = keysOf(attempt)
  const isKnown = await attempts.isKnown(keys.known)
  for (const kind of ['pair', 'address', 'account'] as const) {
    if (kind === 'account' && isKnown) continue
    const { max, windowMs } = LIMITS[kind]
    const { points, until } = await attempts.count(keys[kind], windowMs)
    if (points > max) throw new TooManyAttemptsError(until.getTime() - Date.now())
  }
}

/** The attempt turned out well: it is not held against the account, and the address is one of its own from now on. */
export const settleAttempt = async (attempts: AttemptRepository, attempt: Attempt): Promise<void> => {
  const keys = keysOf(attempt)
  await attempts.forget(keys.pair)
  await attempts.giveBack([keys.address, keys.account])
  await attempts.count(keys.known, KNOWN_MS)
}

/** Hashed, so that the length of what somebody sends does not matter. */
const keysOf = ({ account, address }: Attempt) => {
  const key = (...parts: string[]) => new Bun.CryptoHasher('sha256').update(JSON.stringify(parts)).digest('base64url')
  return {
    pair: key('pair', account, address),
    address: key('address', address),
    account: key('account', account),
    known: key('known', account, address),
  }
}
