/** One line of a log. */
export interface LogLine {
  /** Of the file it stands in, without `.log`. */
  source: string
  /** Unix milliseconds; undefined for what a program printed outside its log. */
  timeMs: number | undefined
  text: string
  record: Record<string, unknown> | undefined
}

export const parseLogLine = (source: string, text: string): LogLine => {
  const record = parseRecord(text)
  const timeMs = typeof record?.time === 'string' ? Date.parse(record.time) : Number.NaN
  return { source, timeMs: Number.isNaN(timeMs) ? undefined : timeMs, text, record }
}

const parseRecord = (text: string): Record<string, unknown> | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** Lines of several files as one sequence in time. A line without a time stays behind the one it followed. Pure. */
export const mergeLogLines = (files: readonly (readonly LogLine[])[]): LogLine[] => {
  const placed = files.flatMap((lines) => {
    let last = Number.NEGATIVE_INFINITY
    return lines.map((line) => {
      last = line.timeMs ?? last
      return { line, at: last }
    })
  })
  return placed.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ line }) => line)
}

/** For programs: one JSON object a line, also for what is none in the file. Pure. */
export const renderJsonLine = ({ source, text, record }: LogLine): string =>
  record ? text : JSON.stringify({ name: source, msg: text })

const USUAL_FIELDS = new Set(['level', 'time', 'name', 'pid', 'msg'])

/** For people: time, level, source, message, then the other fields. Pure. */
export const renderHumanLine = ({ source, text, record }: LogLine): string => {
  if (!record) return `${source.padEnd(SOURCE_WIDTH)} ${text}`
  const rest = Object.entries(record)
    .filter(([name, value]) => !USUAL_FIELDS.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const head = [record.time, String(record.level ?? '').padEnd(LEVEL_WIDTH), source.padEnd(SOURCE_WIDTH), record.msg]
  return [...head, ...rest].filter((part) => part !== undefined).join(' ')
}

const LEVEL_WIDTH = 5
const SOURCE_WIDTH = 10
