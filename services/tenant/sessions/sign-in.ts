import { SignInRefusedError } from '../people-errors.ts'
import type { UserRow } from '../tables.ts'
import { normaliseEmail } from '../users/email-address.ts'
import type { Passwords } from '../users/passwords.ts'
import type { UserRepository } from '../users/user-repository.ts'
import { countAttempt, settleAttempt } from './attempt-limits.ts'
import type { AttemptRepository } from './attempt-repository.ts'

export interface PasswordCheck {
  users: UserRepository
  attempts: AttemptRepository
  passwords: Passwords
}

/**
 * The user of an e-mail address and a password. Takes as long, and says the same, for an address without an account.
 * @throws SignInRefusedError, TooManyAttemptsError, PasswordsBusyError
 */
export const checkPassword = async (
  { users, attempts, passwords }: PasswordCheck,
  input: { email: string; password: string; address: string },
): Promise<UserRow> => {
  const email = normaliseEmail(input.email)
  const attempt = { account: email, address: input.address }
  await countAttempt(attempts, attempt)
  const user = await users.findByEmail(email)
  const matches = await passwords.verify(input.password, user?.passwordHash ?? null)
  if (!matches || !user || user.disabled) throw new SignInRefusedError()
  await settleAttempt(attempts, attempt)
  return user
}
