import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { withoutSecret } from './route-table.ts'

/** One line a request. Neither query nor headers nor bodies: they may hold credentials or a user's text. */
export interface AccessEntry {
  /** When it ended, in Unix milliseconds. */
  timeMs: number
  requestId: string
  /** Of the W3C trace context: 32 hexadecimal digits. */
  traceId: string
  method: string
  path: string
  status: number
  service: string
  worker: string | undefined
  role: string | undefined
  appId: string | undefined
  /** Who was signed in. */
  userId?: string | undefined
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

/** Entries wait in memory up to this number or time: making and writing each line at once would cost more than the request's routing. */
const ENTRIES_MAX = 256
const FLUSH_MS = 250
/** A longer file is set aside as `access.log.1`, in place of the one before. */
export const FILE_BYTES_MAX = 64 * 1_048_576

/**
 * A line in the form of all our logs, with its line feed. Written by hand: a general serialiser costs as much as the routing of the request.
 * What may hold a quote or worse goes through JSON.stringify; method, request id and worker may not, by the syntax that each must have.
 */
const renderLine = (entry: AccessEntry, time: string): string => {
  let line = `{"level":"info","time":"${time}","name":"access","pid":${PID},"requestId":"${entry.requestId}","traceId":"${entry.traceId}","method":"${entry.method}","path":${text(withoutSecret(entry.path))},"status":${entry.status},"service":"${entry.service}"`
  if (entry.worker !== undefined) line += `,"worker":"${entry.worker}"`
  if (entry.role !== undefined) line += `,"role":"${entry.role}"`
  if (entry.appId !== undefined) line += `,"appId":${text(entry.appId)}`
  if (entry.userId !== undefined) line += `,"userId":${text(entry.userId)}`
  if (entry.client !== undefined) line += `,"client":"${entry.client}"`
  line += `,"firstByteMs":${entry.firstByteMs},"ms":${entry.ms}`
  if (entry.end !== undefined) line += `,"end":"${entry.end}"`
  return `${line},"msg":"request"}\n`
}

const PID = process.pid
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

const text = (value: string): string => (PLAIN.test(value) ? `"${value}"` : JSON.stringify(value))

const renderAll = (entries: readonly AccessEntry[]): string => {
  let lines = ''
  let timeMs = 0
  let time = ''
  for (const entry of entries) {
    // Many lines share a millisecond.
    if (entry.timeMs !== timeMs) {
      timeMs = entry.timeMs
      time = new Date(timeMs).toISOString()
    }
    lines += renderLine(entry, time)
  }
  return lines
}

export const createAccessLog = (path: string, fileBytesMax = FILE_BYTES_MAX): AccessLog => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let file = openSync(path, 'a', 0o600)
  let fileBytes = fstatSync(file).size
  let waiting: AccessEntry[] = []
  let closed = false

  const flush = () => {
    if (waiting.length === 0 || closed) return
    const text = renderAll(waiting)
    waiting = []
    try {
      fileBytes += writeSync(file, text)
      if (fileBytes > fileBytesMax) startAnew()
    } catch {
      // A full disk costs lines of this log; it must not cost requests.
    }
  }
  const startAnew = () => {
    renameSync(path, `${path}.1`)
    closeSync(file)
    file = openSync(path, 'a', 0o600)
    fileBytes = 0
  }
  const timer = setInterval(flush, FLUSH_MS)
  timer.unref()
  return {
    write(entry) {
      waiting.push(entry)
      if (waiting.length >= ENTRIES_MAX) flush()
    },
    close() {
      clearInterval(timer)
      flush()
      closed = true
      closeSync(file)
    },
  }
}
