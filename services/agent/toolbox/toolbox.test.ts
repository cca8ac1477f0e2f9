import { expect, test } from 'bun:test'
import { createBuiltInToolbox } from './toolbox.ts'

const run = (toolId: string, input: Record<string, unknown>) =>
  createBuiltInToolbox()
    .find(toolId)
    ?.run(input, {
      idempotencyKey: 'k',
      now: new Date('2026-03-01T18:30:05Z'),
      signal: new AbortController().signal,
    })

test('the time is told in the zone that is asked for', () => {
  expect(run('current-time', {})).toBe('2026-03-01 18:30:05, Sunday (UTC)')
  expect(run('current-time', { timezone: 'Asia/Shanghai' })).toBe('2026-03-02 02:30:05, Monday (Asia/Shanghai)')
  expect(() => run('current-time', { timezone: 'Mars/Base' })).toThrow('no IANA time zone')
})

test('a calculation shows what was calculated, without the noise of binary fractions', () => {
  expect(run('calculator', { expression: '0.1 + 0.2' })).toBe('0.1 + 0.2 = 0.3')
  expect(() => run('calculator', { expression: 5 })).toThrow('as the text')
  expect(() => run('calculator', { expression: '10 ^ 400' })).toThrow('finite')
})
