import type { TenantDependencies } from '../dependencies.ts'
import { LinkUnusableError, SignInRefusedError, UserNotFoundError } from '../people-errors.ts'
import { countAttempt, settleAttempt } from '../sessions/attempt-limits.ts'
import { generateToken, hashToken } from '../sessions/session-token.ts'
import type { UserRow } from '../tables.ts'
import { assertStrongPassword } from './password-policy.ts'

/** Long enough to pass a link on, short enough that a forgotten one is no danger. */
const RESET_MS_MAX = 24 * 3_600_000

/**
 * Changes a user's own password and ends all their sessions: whoever had the old one is out. One who has none yet (they came by the identity
 * provider) sets the first without naming an old one.
 * @throws SignInRefusedError when the present one is wrong, PasswordWeakError, TooManyAttemptsError, PasswordsBusyError
 */
export const changeOwnPassword = async (
  dependencies: Pick<TenantDependencies, 'atomically' | 'attempts' | 'passwords'>,
  user: UserRow,
  input: { current: string; password: string; address: string },
): Promise<void> => {
  assertStrongPassword(input.password, user.email)
  if (user.passwordHash !== null) {
    const attempt = { account: user.email, address: input.address }
    await countAttempt(dependencies.attempts, attempt)
    if (!(await dependencies.passwords.verify(input.current, user.passwordHash))) throw new SignInRefusedError()
    await settleAttempt(dependencies.attempts, attempt)
  }
  const passwordHash = await dependencies.passwords.hash(input.password)
  await dependencies.atomically(async ({ users, sessions, resets }) => {
    await users.update(user.id, { passwordHash })
    await sessions.endAll(user.id)
    await resets.removeAll(user.id)
  })
}

/** The token of a link by which the user may choose a new password, once. @throws UserNotFoundError */
export const createResetToken = async (
  { users, resets }: Pick<TenantDependencies, 'users' | 'resets'>,
  userId: string,
): Promise<string> => {
  if (!(await users.find(userId))) throw new UserNotFoundError(userId)
  const token = generateToken()
  await resets.insert({ userId, tokenHash: hashToken(token), expiresAt: new Date(Date.now() + RESET_MS_MAX) })
  return token
}

/**
 * Sets a new password by a link, which is used up by it, and ends all sessions of the user.
 * @throws LinkUnusableError, PasswordWeakError, PasswordsBusyError
 */
export const resetPassword = async (
  dependencies: Pick<TenantDependencies, 'atomically' | 'resets' | 'passwords'>,
  input: { token: string; password: string },
): Promise<UserRow> => {
  const tokenHash = hashToken(input.token)
  const known = await dependencies.resets.findUser(tokenHash)
  if (!known) throw new LinkUnusableError()
  assertStrongPassword(input.password, known.email)
  const passwordHash = await dependencies.passwords.hash(input.password)
  return dependencies.atomically(async ({ users, sessions, resets }) => {
    const userId = await resets.use(tokenHash)
    const user = userId === undefined ? undefined : await users.update(userId, { passwordHash })
    if (!user) throw new LinkUnusableError()
    await sessions.endAll(user.id)
    await resets.removeAll(user.id)
    return user
  })
}
