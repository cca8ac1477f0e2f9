import { AppError } from '#shared/errors/app-error.ts'

/** Exit codes of a worker that cannot start (BSD sysexits): the supervisor tries again after the first two, not after the third. */
const EXIT_FAILED = 1
const EXIT_BACKEND_AWAY = 69

/** Codes of the operating system, the driver and PostgreSQL (57P0x: shutting down or starting up) for a database that is away. */
const AWAY =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED|LOST)|57P0[123])$/

/** What a worker ends with when its services could not start: whether another try may help. */
export const startFailureExitCode = (error: unknown): number => {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const { code = '', syscall } = cause as NodeJS.ErrnoException
    const isUnavailable = cause instanceof AppError && cause.kind === 'unavailable'
    const hasNoSocket = code === 'ENOENT' && syscall === 'connect'
    if (isUnavailable || hasNoSocket || AWAY.test(code)) return EXIT_BACKEND_AWAY
  }
  return EXIT_FAILED
}
