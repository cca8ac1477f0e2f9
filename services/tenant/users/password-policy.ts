import { PasswordWeakError } from '../people-errors.ts'

export const PASSWORD_LENGTH_MIN = 12
/** Longer ones only cost time. */
export const PASSWORD_LENGTH_MAX = 256
/** Fewer different characters than this are a pattern, not a password. */
const DIFFERENT_MIN = 5

/**
 * Length decides, as NIST SP 800-63B, section 3.1.1.2 asks; no rules about kinds of characters.
 * @throws PasswordWeakError
 */
export const assertStrongPassword = (password: string, email: string): void => {
  const length = [...password].length
  if (length < PASSWORD_LENGTH_MIN) throw new PasswordWeakError(`needs at least ${PASSWORD_LENGTH_MIN} characters`)
  if (length > PASSWORD_LENGTH_MAX) throw new PasswordWeakError(`has more than ${PASSWORD_LENGTH_MAX} characters`)
  if (new Set(password).size < DIFFERENT_MIN) throw new PasswordWeakError('repeats too few characters')
  if (password.toLowerCase() === email.toLowerCase()) throw new PasswordWeakError('is the e-mail address')
}
