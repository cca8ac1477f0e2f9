/** How the number of a cell is shown. */
export type NumberLook = 'plain' | 'percent' | 'date' | 'time' | 'dateTime' | 'duration'

/** Formats that files name by number only (ECMA-376 part 1, 18.8.30), from the first to the last. */
const BUILT_IN: readonly (readonly [number, number, NumberLook])[] = [
  [9, 10, 'percent'],
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'dateTime'],
  [27, 31, 'date'],
  [32, 35, 'time'],
  [36, 36, 'date'],
  [45, 45, 'time'],
  [46, 46, 'duration'],
  [47, 47, 'time'],
  [50, 58, 'date'],
]

/** Words in quotes, escaped characters, spacing, and the two halves of the day. */
const LITERAL = /"[^"]*"|[\\_*].|AM\/PM|A\/P/gi

export const builtInLook = (id: number): NumberLook =>
  BUILT_IN.find(([first, last]) => id >= first && id <= last)?.[2] ?? 'plain'

/** What a format code makes of a number, by the section for positive ones. */
export const lookOfCode = (code: string): NumberLook => {
  const section = code.replaceAll(LITERAL, '').split(';')[0] ?? ''
  if (/\[(?:h+|m+|s+)\]/i.test(section)) return 'duration'
  const letters = section.replaceAll(/\[[^\]]*\]|general/gi, '')
  const hasTime = /[hs]/i.test(letters)
  const hasDate = /[yd]/i.test(letters) || (/m/i.test(letters) && !hasTime)
  if (hasDate) return hasTime ? 'dateTime' : 'date'
  if (hasTime) return 'time'
  return letters.includes('%') ? 'percent' : 'plain'
}

const SECONDS_PER_DAY = 86_400
/** 31 December 9999 in the system that counts from 1900. */
const SERIAL_MAX = 2_958_465
/** The day that Excel counts although there was no 29 February 1900. */
const FALSE_LEAP_DAY = 60
const DAYS_1900 = Date.UTC(1899, 11, 30)
const DAYS_1904 = Date.UTC(1904, 0, 1)
/** Figures that a spreadsheet keeps. */
const PRECISION = 15
const WHOLE = /^-?\d+$/
const PERCENT_PRECISION = 12

/** A stored number as a reader of the sheet knows it: dates and times as in ISO 8601, percentages with their sign. */
export const showNumber = (stored: string, look: NumberLook, countsFrom1904 = false): string => {
  const number = Number(stored)
  if (stored.trim() === '' || !Number.isFinite(number)) return stored
  // Numbers of cards and articles: every figure counts, more of them than a spreadsheet computes with.
  if (look === 'plain' && WHOLE.test(stored)) return stored
  if (look === 'percent') return `${Number((number * 100).toPrecision(PERCENT_PRECISION))}%`
  if (look === 'plain' || number < 0 || number > SERIAL_MAX) return String(Number(number.toPrecision(PRECISION)))
  const seconds = Math.round(number * SECONDS_PER_DAY)
  if (look === 'duration') return showTime(Math.floor(seconds / 3600), seconds)
  const days = Math.floor(seconds / SECONDS_PER_DAY)
  const time = showTime(Math.floor(seconds / 3600) % 24, seconds)
  if (look === 'time') return time
  const date = showDate(days, countsFrom1904)
  return look === 'date' ? date : `${date} ${time}`
}

const showDate = (days: number, countsFrom1904: boolean): string => {
  const shifted = countsFrom1904 || days >= FALSE_LEAP_DAY ? days : days + 1
  const from = countsFrom1904 ? DAYS_1904 : DAYS_1900
  return new Date(from + shifted * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10)
}

const showTime = (hours: number, seconds: number): string => {
  const two = (number: number) => String(number).padStart(2, '0')
  const rest = seconds % 60
  return `${two(hours)}:${two(Math.floor(seconds / 60) % 60)}${rest === 0 ? '' : `:${two(rest)}`}`
}
