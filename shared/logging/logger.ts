import pino from 'pino'

/** Object first, message second, so every line stays searchable by field. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Logger
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Fields that may carry a credential or a user's text; pino replaces their values before a line is written. */
const REDACTED_PATHS = [
  'authorization',
  '*.authorization',
  'secret',
  '*.secret',
  'apiKey',
  '*.apiKey',
  'prompt',
  '*.prompt',
]

/** Lets a logger that `createLogger` made write more, or less, from now on. */
export const setLogLevel = (logger: Logger, level: LogLevel): void => {
  if ('level' in logger) logger.level = level
}

/**
 * JSON lines on a file descriptor (1 = stdout, the default). Synchronous, because a worker that is killed must not
 * take its last lines with it; worker-thread transports would.
 */
export const createLogger = (options: { level: LogLevel; name: string; descriptor?: number; path?: string }): Logger =>
  pino(
    {
      level: options.level,
      base: { name: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    },
    pino.destination({ dest: options.path ?? options.descriptor ?? 1, sync: true, mkdir: true }),
  )
