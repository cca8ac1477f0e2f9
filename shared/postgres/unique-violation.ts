/** SQLSTATE of a broken unique index or primary key (PostgreSQL manual, appendix A). */
const UNIQUE_VIOLATION = '23505'

/** True when a statement failed because another row already has the same key. Drizzle wraps the driver's error, so causes are searched. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === UNIQUE_VIOLATION) || (error.cause !== error && isUniqueViolation(error.cause)))
