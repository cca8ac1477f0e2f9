import { expect, test } from 'bun:test'
import { mergeLogLines, parseLogLine, renderHumanLine, renderJsonLine } from './log-lines.ts'

const line = (source: string, second: number, msg: string) =>
  parseLogLine(
    source,
    JSON.stringify({ level: 'info', time: `2026-01-01T00:00:0${second}.000Z`, name: source, pid: 1, msg }),
  )

test('lines of several files come in the order of time, and a stack trace stays where it was', () => {
  const agent = [line('agent', 1, 'a'), parseLogLine('agent', 'TypeError: x'), parseLogLine('agent', '    at y')]
  const merged = mergeLogLines([agent, [line('gateway', 0, 'g'), line('gateway', 2, 'h')]])
  expect(merged.map(({ text, record }) => record?.msg ?? text)).toEqual(['g', 'a', 'TypeError: x', '    at y', 'h'])
})

test('every line is a JSON object for programs', () => {
  expect(JSON.parse(renderJsonLine(line('agent', 1, 'a')))).toMatchObject({ name: 'agent', msg: 'a' })
  expect(JSON.parse(renderJsonLine(parseLogLine('agent', '{broken')))).toEqual({ name: 'agent', msg: '{broken' })
})

test('people see time, level, source and message before the other fields', () => {
  const text = JSON.stringify({
    level: 'warn',
    time: '2026-01-01T00:00:00.000Z',
    name: 'x',
    pid: 1,
    workerId: 7,
    msg: 'died',
  })
  expect(renderHumanLine(parseLogLine('agent', text))).toBe('2026-01-01T00:00:00.000Z warn  agent      died workerId=7')
})
