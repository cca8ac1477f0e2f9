import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
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
const BUFFER_CHARACTERS = 16_384
const FLUSH_MS = 250
/** A longer file is set aside as `access.log.1`, in place of the one before. */
export const FILE_BYTES_MAX = 64 * 1_048_576

export const createAccessLog = (path: string, fileBytesMax = FILE_BYTES_MAX): AccessLog => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file = openSync(path, 'a', 0o600)
  let waiting = ''
  let closed = false

  const flush = () => {
    if (waiting === '' || closed) return
    const text = waiting
    waiting = ''
    try {
      writeSync(file, text)
      if (fstatSync(file).size > fileBytesMax) startAnew()
    } catch {
      // A full disk costs lines of this log; it must not cost requests.
    }
  }
  const startAnew = () => {
    renameSync(path, `${path}.1`)
    closeSync(file)
    file = openSync(path, 'a', 0o600)
  }
  const write = (line: string) => {
    waiting += line
    if (waiting.length > BUFFER_CHARACTERS) flush()
  }
  // Not pino's own destination, which calls fsync at each flush and stops the event loop for as long as the disk takes.
  const logger = pino(
    {
      level: 'info',
      base: { name: 'access', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  const timer = setInterval(flush, FLUSH_MS)
  timer.unref()
  return {
    write: (entry) => logger.info(entry, 'request'),
    close() {
      clearInterval(timer)
      flush()
      closed = true
      closeSync(file)
    },
  }
}
