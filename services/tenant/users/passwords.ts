import { PasswordsBusyError } from '../people-errors.ts'

/** Hashes and checks passwords. Both are slow on purpose, and are not done by many at once. */
export interface Passwords {
  /** Argon2id in PHC format. @throws PasswordsBusyError */
  hash(password: string): Promise<string>
  /** False also for someone without a password, after the same time. @throws PasswordsBusyError */
  verify(password: string, hash: string | null): Promise<boolean>
}

/** OWASP's first choice for argon2id: 19 MiB, two passes. */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const
const AT_ONCE_MAX = 2
/** Beyond that a sign-in would wait for seconds: better told at once. */
const WAITING_MAX = 100

export const createPasswords = (): Passwords => {
  let busy = 0
  const waiting: (() => void)[] = []
  /** Of no password: what is compared with when there is no account, so that time does not tell which addresses have one. */
  let nobodys: Promise<string> | undefined

  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (busy >= AT_ONCE_MAX) {
      if (waiting.length >= WAITING_MAX) throw new PasswordsBusyError()
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else busy += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else busy -= 1
    }
  }

  return {
    hash: (password) => inTurn(() => Bun.password.hash(password, ARGON2ID)),
    verify: (password, hash) =>
      inTurn(async () => {
        nobodys ??= Bun.password.hash(Bun.randomUUIDv7(), ARGON2ID)
        const matches = await Bun.password.verify(password || ' ', hash ?? (await nobodys)) // an empty text is refused by throwing
        return matches && hash !== null && password !== ''
      }),
  }
}
