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
  /** From arrival to the end of the response, like the first byte's with fractions. */
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
const renderLine = (entry: AccessEntry, beginning: string): string => {
  const { requestId, traceId, method, path, firstByteMs, ms, end } = entry
  const how = end === undefined ? '' : `,"end":"${end}"`
  return `${beginning}${requestId}","traceId":"${traceId}","method":"${method}","path":${shownPath(path)},${placeOf(entry)},"firstByteMs":${hundredths(firstByteMs)},"ms":${hundredths(ms)}${how},"msg":"request"}\n`
}

/** Who was answered how, and by whom: mostly the same as in the line before. */
const placeOf = (entry: AccessEntry): string => {
  if (!isSamePlace(entry, lastEntry)) {
    lastPlace = renderPlace(entry)
    lastEntry = entry
  }
  return lastPlace
}

let lastEntry: AccessEntry | undefined
let lastPlace = ''

const isSamePlace = (one: AccessEntry, other: AccessEntry | undefined): boolean =>
  other !== undefined &&
  one.status === other.status &&
  one.worker === other.worker &&
  one.service === other.service &&
  one.role === other.role &&
  one.appId === other.appId &&
  one.userId === other.userId &&
  one.client === other.client

const renderPlace = ({ status, service, worker, role, appId, userId, client }: AccessEntry): string => {
  let place = `"status":${status},"service":"${service}"`
  if (worker !== undefined) place += `,"worker":"${worker}"`
  if (role !== undefined) place += `,"role":"${role}"`
  if (appId !== undefined) place += `,"appId":${text(appId)}`
  if (userId !== undefined) place += `,"userId":${text(userId)}`
  return client === undefined ? place : `${place},"client":"${client}"`
}

const PID = process.pid
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

const text = (value: string): string => (PLAIN.test(value) ? `"${value}"` : JSON.stringify(value))

/** How paths of late are written down: most lines are about few. */
const shownPaths = new Map<string, string>()
const SHOWN_MAX = 1_000
const SHOWN_BYTES_MAX = 256

const shownPath = (path: string): string => {
  const known = shownPaths.get(path)
  if (known !== undefined) return known
  const shown = text(withoutSecret(path))
  if (path.length > SHOWN_BYTES_MAX) return shown
  if (shownPaths.size >= SHOWN_MAX) shownPaths.clear()
  shownPaths.set(path, shown)
  return shown
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))

/** With two decimals: to write a fraction as short as it can be costs as much as the rest of the line. */
const hundredths = (ms: number): string => {
  const whole = Math.round(ms * 100)
  return `${Math.floor(whole / 100)}.${TWO_DIGITS[whole % 100]}`
}

const renderAll = (entries: readonly AccessEntry[]): string => {
  let lines = ''
  let timeMs = 0
  let beginning = ''
  for (const entry of entries) {
    // Many lines share a millisecond.
    if (entry.timeMs !== timeMs) {
      timeMs = entry.timeMs
      beginning = `{"level":"info","time":"${new Date(timeMs).toISOString()}","name":"access","pid":${PID},"requestId":"`
    }
    lines += renderLine(entry, beginning)
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
