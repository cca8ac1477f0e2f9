/** What an error of the driver says about the question that it ended. */
export type Loss =
  /** There was no connection to ask it on: it was never heard. */
  | 'unheard'
  /** The connection was lost before an answer came: it may have been acted on. */
  | 'unanswered'

/** No connection came about, or the server refuses new ones: it starts up (57P03) or has no place (53300). */
const UNHEARD =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_ENDED|57P03|53300)$/
/** A connection broke, or the server ended it: it shuts down (57P01) or restarts after a crash (57P02). */
const UNANSWERED = /^(ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|CONNECTION_(CLOSED|DESTROYED|LOST)|57P0[12])$/
/** Poolers in front of a server say so when it is gone. Without the severity these are answers of a server that goes on. */
const ENDED_BY_POOLER = /^08/

/** Undefined when the database answered: the error is its answer, or somebody else's. */
export const judgeLoss = (error: unknown): Loss | undefined => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, syscall, severity } = cause as NodeJS.ErrnoException & { severity?: unknown }
    if (typeof code !== 'string') continue
    // The server's unix socket is a file, which is not there before it has started.
    if (UNHEARD.test(code) || (code === 'ENOENT' && syscall === 'connect')) return 'unheard'
    if (UNANSWERED.test(code) || (severity === 'FATAL' && ENDED_BY_POOLER.test(code))) return 'unanswered'
  }
  return undefined
}

const READ = /^\s*(select|with)\b/i
/** Words of a statement that begins like a read and changes something. Values are never part of the text. */
const CHANGE =
  /\b(insert|update|delete|merge|into|nextval|setval|set_config|pg_notify|pg_advisory\w*|pg_try_advisory\w*|takeover|fence|write_runs|cancel_run)\b/i

/** True for a statement that may be asked a second time although the first may have been heard: it changes nothing. In doubt it is false. */
export const isPureRead = (statement: string): boolean => READ.test(statement) && !CHANGE.test(statement)
