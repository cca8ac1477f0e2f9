/** What a failed flush means for its events. */
export type FlushFailure =
  /** The transaction committed; only its answer was lost. */
  | 'stored'
  /** The worker was taken over: nothing it writes can commit any more. */
  | 'fenced'
  /** Some runs are owned by others now; the rest can be stored. */
  | 'runs-lost'
  /** A key exists already: find out whose. */
  | 'duplicate'
  /** The database is away, starting, full or busy: the same flush again, later. Its outcome may be unknown; `fence` sorts that out. */
  | 'transient'
  /** Nothing that waiting would change, as far as we know. */
  | 'refused'

/** Classes of SQLSTATE (first two characters) that pass: connection, rollback, resources, operator, system. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '57', '58'])
/** Read-only transaction: a server that is being failed over. */
const TRANSIENT_CODES = new Set(['25006', '55P03'])

/** `JR…` are raised by the functions in schema.sql; codes that are no SQLSTATE come from the driver or the operating system. */
export const judgeFlushFailure = (code: string | undefined): FlushFailure => {
  if (code === 'JR001') return 'fenced'
  if (code === 'JR002') return 'stored'
  if (code === 'JR003') return 'runs-lost'
  if (code === '23505') return 'duplicate'
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code) || isSystemCode(code)) return 'transient'
  return TRANSIENT_CLASSES.has(code.slice(0, 2)) || TRANSIENT_CODES.has(code) ? 'transient' : 'refused'
}

/** EPIPE is as long as a SQLSTATE, and begins with no digit. Ours and PostgreSQL's own letters are F0, HV, P0, XX. */
const isSystemCode = (code: string): boolean => /^E[A-Z]{4}$/.test(code)
