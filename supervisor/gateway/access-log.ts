import { mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import pino from 'pino'

/** One line a request. Neither query nor headers nor bodies: they may hold credentials or a user's text. */
export interface AccessEntry {
  requestId: string
  method: string
  path: string
  status: number
  service: string
  worker: string | undefined
  role: string | undefined
  appId: string | undefined
  client: string | undefined
  /** From arrival to the first byte of the response. */
  firstByteMs: number
  /** From arrival to the end of the response. */
  ms: number
  /** How the response's body ended, when not by completing. */
  end: string | undefined
}

export interface AccessLog {
  write(entry: AccessEntry): void
  close(): void
}

/** Lines wait in memory up to this size or time: a write per request would cost more than the request's routing. */
const BUFFER_BYTES = 8_192
const FLUSH_MS = 250
/** A longer file is set aside as `access.log.1`, in place of the one before. */
export const FILE_BYTES_MAX = 64 * 1_048_576

export const createAccessLog = (path: string, fileBytesMax = FILE_BYTES_MAX): AccessLog => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const destination = pino.destination({ dest: path, sync: true, append: true, minLength: BUFFER_BYTES, mode: 0o600 })
  const logger = pino(
    {
      level: 'info',
      base: { name: 'access', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  )
  const flush = () => {
    try {
      destination.flushSync()
      if (statSync(path).size <= fileBytesMax) return
      renameSync(path, `${path}.1`)
      destination.reopen()
    } catch {
      // A full disk must not end the gateway; the lines stay in the buffer until the next try.
    }
  }
  const timer = setInterval(flush, FLUSH_MS)
  timer.unref()
  return {
    write: (entry) => logger.info(entry, 'request'),
    close() {
      clearInterval(timer)
      flush()
      destination.end()
    },
  }
}
