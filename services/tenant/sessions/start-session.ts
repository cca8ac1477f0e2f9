import type { UserRow } from '../tables.ts'
import { type Browser, sessionCookie } from './browser.ts'
import type { SessionRepository } from './session-repository.ts'
import { generateToken, hashToken } from './session-token.ts'

/** How long sessions live. */
export interface SessionTimes {
  idleMs: number
  totalMs: number
}

/** Sessions that were seen before this moment are over. */
export const idleSince = ({ idleMs }: Pick<SessionTimes, 'idleMs'>): Date => new Date(Date.now() - idleMs)

/**
 * Begins a session and ends the one that the browser had: each sign-in has a token of its own, so that one that somebody planted is worth nothing.
 * Returns the `Set-Cookie` line; the token is nowhere else.
 */
export const startSession = async (
  dependencies: { sessions: SessionRepository; sessionTimes: SessionTimes },
  user: Pick<UserRow, 'id'>,
  browser: Browser,
): Promise<string> => {
  const { sessions, sessionTimes } = dependencies
  if (browser.token !== undefined) await sessions.endByToken(hashToken(browser.token))
  const token = generateToken()
  await sessions.insert({
    userId: user.id,
    tokenHash: hashToken(token),
    address: browser.address,
    userAgent: browser.userAgent,
    expiresAt: new Date(Date.now() + sessionTimes.totalMs),
  })
  return sessionCookie(browser, token, Math.floor(sessionTimes.totalMs / 1_000))
}
