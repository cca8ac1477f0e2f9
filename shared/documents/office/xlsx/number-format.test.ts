import { expect, test } from 'bun:test'
import { builtInLook, lookOfCode, showNumber } from './number-format.ts'

test.each([
  ['General', 'plain'],
  ['0.00', 'plain'],
  ['#,##0 "days"', 'plain'],
  ['[Red]0.0%', 'percent'],
  ['yyyy-mm-dd', 'date'],
  ['mmm', 'date'],
  ['dd/mm/yy hh:mm', 'dateTime'],
  ['h:mm AM/PM', 'time'],
  ['mm:ss.0', 'time'],
  ['[hh]:mm:ss', 'duration'],
  ['yyyy"年"m"月"d"日"', 'date'],
  ['0;[Red]"d"-0', 'plain'],
  ['\\d0', 'plain'],
] as const)('the format %s shows a %s', (code, look) => {
  expect(lookOfCode(code)).toBe(look)
})

test('formats that are known by number need no code', () => {
  expect([0, 2, 9, 14, 20, 22, 46, 57].map(builtInLook)).toEqual([
    'plain',
    'plain',
    'percent',
    'date',
    'time',
    'dateTime',
    'duration',
    'date',
  ])
})

test('days are those of the spreadsheet, before and after the leap day that never was', () => {
  expect(['1', '59', '61', '2958465'].map((day) => showNumber(day, 'date'))).toEqual([
    '1900-01-01',
    '1900-02-28',
    '1900-03-01',
    '9999-12-31',
  ])
})

test('what is no date although its format says so stays a number', () => {
  expect(['-1', '1e9', 'x', ''].map((stored) => showNumber(stored, 'date'))).toEqual(['-1', '1000000000', 'x', ''])
})

test('numbers have the figures that a spreadsheet keeps, whole ones all that are stored', () => {
  expect(['0.1', '1.1000000000000001', '1234567890123456789', '1.5E+20'].map((it) => showNumber(it, 'plain'))).toEqual([
    '0.1',
    '1.1',
    '1234567890123456789',
    '150000000000000000000',
  ])
})

test('times are exact to the second', () => {
  expect(showNumber('0.99999', 'time')).toBe('23:59:59')
  expect(showNumber('0.52', 'time')).toBe('12:28:48')
  expect(showNumber('2.5', 'duration')).toBe('60:00')
})
